#ifndef BASE_LIMITS_H
#define BASE_LIMITS_H

/*
 * Every ceiling we chose, with its reason. What is over a limit becomes an observation (`unread`)
 * or one clear message, never a silence.
 */

/* Memory */
#define LIMIT_ARENA_BLOCK        (64U << 10) /* one malloc for a few hundred small things */
#define LIMIT_ARENA_KEPT         (1U << 20)  /* kept over arena_reset; larger blocks go back */
#define LIMIT_EXIT_OUT_OF_MEMORY 113         /* exit status by which a worker says so */

/* Our own files */
#define LIMIT_KNOWLEDGE_FILE   (64U << 20) /* bytes of one; the largest is under 1 MiB */
#define LIMIT_DOSSIER_FILE     (32U << 20) /* bytes of one; 10,000 rows of IXIT take 8 MiB */
#define LIMIT_DOSSIER_BYTES    (96U << 20) /* of all its files of text */
#define LIMIT_DOSSIER_FIELD    (64U << 10) /* bytes; the longest real one has 6 KiB */
#define LIMIT_DOSSIER_FILES    1000        /* in ixit/; the pro forma has 29 */
#define LIMIT_DOSSIER_EVIDENCE 100000      /* files; an evaluation has some hundreds */
#define LIMIT_EVIDENCE_DEPTH   16    /* of folders in evidence/; people make two or three */
#define LIMIT_EVIDENCE_NAME    120   /* bytes of a file's name; what is longer is cut */
#define LIMIT_LICENCE_DEPTH    16    /* brackets inside each other: real ones reach 2 */
#define LIMIT_LICENCE_TEXT     2000  /* bytes of an expression; linux-firmware's has 900 */
#define LIMIT_SCHEME_PARTIES   32    /* of one kind in a statement; real ones name one or two */
#define LIMIT_ANSWER           400   /* bytes that somebody types for one fact */
#define LIMIT_DRAFT_TEXT       2000  /* bytes of one field; a person reads them */
#define LIMIT_DRAFT_SHOWN      100   /* of what stands at a place of evidence */
#define LIMIT_DRAFT_EVIDENCE   4     /* places named in one entry */
#define LIMIT_DRAFT_ENTRIES    10000 /* proposals; a distribution has 3,000 packages */
#define LIMIT_INHERITED        100   /* fields that point to another entry: each is looked up */
#define LIMIT_POINTER          160 /* bytes of a field in which the entry it points to is named */
#define LIMIT_VERSION          48   /* bytes; real ones have at most 30 */
#define LIMIT_VERSION_WAY      3    /* words between name and version: "kernel version v" */
#define LIMIT_PARTS            12   /* words looked at behind a name for its size and mode */
#define LIMIT_ENTRY_FIELDS     24   /* a table has at most 13 */
#define LIMIT_FACTS            4096 /* of one entry; the longest real one has 90 */
#define LIMIT_PORT_RANGE       1024 /* ports that a range is spelled out into */
#define LIMIT_ENTRY_PORTS      4096 /* of one entry */
#define LIMIT_FILLERS          3    /* articles and the like between two words of a phrase */
#define LIMIT_PHRASE_ELEMENTS  24   /* the longest of ours has 12 */
#define LIMIT_PHRASE_VARIANTS  256  /* of one phrase with its groups and brackets spelled out */
#define LIMIT_PHRASE_GAP       12   /* words between two of a phrase: more is another thought */
#define LIMIT_CLASSES          4096 /* of a vocabulary; ours has 1,500 */
#define LIMIT_WORD             48   /* letters; a longer one is none of the vocabulary */
#define LIMIT_SENTENCE         400  /* words; what goes on is taken for another one */
#define LIMIT_LEXEMES          60000 /* words remembered before the table is cleared */
#define LIMIT_BESIDE_STEPS     1500  /* thousands, of SQLite, of a query beside a unit: 20 ms */
#define LIMIT_REPORT_STEPS     10000 /* the same of all queries beside units in one report */
#define LIMIT_YAML_DEPTH       32    /* our deepest file has 9 levels */
#define LIMIT_YAML_NODES       4000000U /* values of one file; the largest has 40,000 */

/* An image */
#define LIMIT_IMAGE_BYTES     (4ULL << 30) /* eMMC dumps are 4 GiB; larger ones are disks */
#define LIMIT_DEPTH           24      /* containers inside containers; real images reach 7 */
#define LIMIT_NODES           500000U /* 400 bytes each here; the largest image known has 60,000 */
#define LIMIT_NODES_CONTAINER 500000U  /* of one container */
#define LIMIT_OBSERVATIONS    1000000U /* rows of all observables together */
#define LIMIT_UNREAD          1000U    /* losses told of one container: the rest is one more */
#define LIMIT_SPANS           200000U  /* parts an image is cut into */
#define LIMIT_FILE_BYTES      (1ULL << 30)  /* one file, unpacked, in memory */
#define LIMIT_TOTAL_BYTES     (64ULL << 30) /* all files together, unpacked */
/* Bytes out per byte in, of one stream: zlib cannot exceed 1032, xz of zeros 7000, zstd 17000. */
#define LIMIT_RATIO      20000U
#define LIMIT_RATIO_FREE (64ULL << 20) /* under this size no ratio is asked */
#define LIMIT_NAME       4096          /* bytes of one name or link target: PATH_MAX */
#define LIMIT_PATH       16384         /* bytes of a path through all containers */
#define LIMIT_XATTRS     4096          /* of one node */

/* A worker */
#define LIMIT_WORKERS       16             /* in one pool */
#define LIMIT_WORKER_MEMORY (1ULL << 30)   /* private memory; file contents live in the spill */
#define LIMIT_SPILL_BYTES   (8ULL << 30)   /* memory holding opened containers, all workers */
#define LIMIT_SPILL_SPAN    (256ULL << 30) /* addresses a worker may use for them: sparse */
#define LIMIT_NODE_SECONDS  10             /* of one node; the slowest honest one takes 3 */
#define LIMIT_IMAGE_SECONDS 600         /* of a whole image, unless the user says otherwise */
#define LIMIT_RESTARTS      200         /* of workers for one image: then it is abandoned */
#define LIMIT_ROWS_TASK     200000U     /* rows that wait for the end of a content or check */
#define LIMIT_LOSSES        400000U     /* losses of one image that are told one by one */
#define LIMIT_MESSAGE       (16U << 20) /* one message of a worker */

/* Unpacking: streams */
#define LIMIT_DECODER_MEMORY  (256ULL << 20) /* of one decoder: xz -9 wants 65 MiB */
#define LIMIT_LZMA_DICTIONARY (128U << 20)   /* memory of one decoder; lzma -9 wants 64 MiB */
#define LIMIT_XZ_PADDING      4096 /* zeros between two streams; more is a gap between parts */
#define LIMIT_ZSTD_SKIPPED    64   /* skippable frames in a row before a frame */

/* Unpacking: archives and images of boot loaders */
#define LIMIT_CPIO_PADDING     (64U << 10) /* zeros between two archives of one initramfs */
#define LIMIT_DEVICETREE_DEPTH 64          /* nodes within nodes: real trees reach 12 */
#define LIMIT_FIT_PARTS        4096 /* a kernel for every board of a distribution gives 400 */
#define LIMIT_UIMAGE_PARTS     64 /* the loader reads no more parts of a multi-file image either */
#define LIMIT_IKCONFIG_BYTES   (2U << 20) /* the largest known are 300 KB of text */

/* Unpacking: squashfs */
/*
 * Metadata blocks unpacked for one walk or one file: 256 MiB hold a million files, and an image
 * made to have the same blocks unpacked over and over ends here.
 */
#define LIMIT_SQUASHFS_METADATA_BLOCKS 32768U
/* A dictionary need not be larger than the block; mksquashfs allows no larger one either. */
#define LIMIT_SQUASHFS_LZMA_DICTIONARY (1U << 20)
/* For .xz, which names its own dictionary: room for the largest one of `xz -9`, 64 MiB. */
#define LIMIT_SQUASHFS_XZ_MEMORY  (66U << 20)
#define LIMIT_SQUASHFS_PATH_BYTES (256U << 20) /* of all paths: 250 bytes each for a million */
#define LIMIT_SQUASHFS_DEPTH      2048U        /* Linux opens no path with more components */
/* Linux allows 64 KiB a value; a file with more than this in all is an attack. */
#define LIMIT_SQUASHFS_XATTR_BYTES (256U << 10)

/* Unpacking: the search in raw images */
/*
 * Attempts to recognise one format within one MiB, and all together: a flood of false magics
 * stays linear. The symbol table of a kernel has 1,700 false starts of lzma in one MiB.
 */
#define LIMIT_CARVE_TRIES     4096
#define LIMIT_CARVE_TRIES_ALL 200000 /* as above */
#define LIMIT_CARVE_TRIES_MIB 256    /* of which more are allowed for each MiB of the image */
/* Streams that begin well and then fail, all together: bytes they may cost beyond the image. */
#define LIMIT_CARVE_WASTE (256ULL << 20)
/* Parts of one image. A flash has 20; an image of concatenated archives may have thousands. */
#define LIMIT_CARVE_PARTS 20000
/* Places where a magic stands: 16 bytes each. Jffs2 has the most, one every 100 bytes. */
#define LIMIT_CARVE_STARTS  (4U << 20)
#define LIMIT_CARVE_BANNERS 64  /* Linux banners remembered: a kernel has two */
#define LIMIT_CARVE_MAGICS  512 /* of all formats together: each may look for a few */
#define LIMIT_CARVE_KERNEL  (128ULL << 20) /* a larger image is no kernel with parts in it */

/* Inspecting */
#define LIMIT_EXCERPT    240         /* bytes of a file quoted as proof */
#define LIMIT_KEPT_FILE  (1U << 20)  /* a configuration file kept for the whole-system view */
#define LIMIT_KEPT_TOTAL (64U << 20) /* all of them, of one file system */
#define LIMIT_HITS_FILE  20000       /* pattern hits in one file */
#define LIMIT_LINKS      40          /* symbolic links followed for one path, as Linux */
#define LIMIT_ROWS_NODE  20000       /* observations about one node */

/* Inspecting: programs */
#define LIMIT_ELF_SECTIONS 65536U     /* kernels and objects have thousands */
#define LIMIT_ELF_DYNAMIC  4096U      /* entries; a program with 300 libraries has 340 */
#define LIMIT_ELF_SEGMENTS 2048U      /* programs have a dozen, core files one a mapping */
#define LIMIT_ELF_SYMBOLS  (1U << 20) /* of one table; the largest kernels have 300,000 */
#define LIMIT_ELF_SYMBOL   128        /* bytes of a name we compare with; longer ones are C++ */
#define LIMIT_ELF_STRING   4096       /* of another name: a path */
#define LIMIT_ELF_BUCKETS  (1U << 20) /* of the hash table of the largest library: 30,000 */
#define LIMIT_ELF_NEEDED   512        /* libraries named; programs have up to 300 */

/* Inspecting: accounts and passwords */
#define LIMIT_LOGIN_ACCOUNTS   2000 /* of one file; the largest genuine one known to us has 60 */
#define LIMIT_LOGIN_LINE       1024 /* bytes of a line; longer ones define no account */
#define LIMIT_LOGIN_HASHES     64 /* different ones tried in one file system; real ones have 5 */
#define LIMIT_LOGIN_CONFIG     (192U << 10) /* bytes of a configuration file read for words */
#define LIMIT_LOGIN_TOKENS     40 /* words of one of its lines; prose has more, settings do not */
#define LIMIT_LOGIN_GUESS      40   /* bytes; nobody's default is longer */
#define LIMIT_LOGIN_SECRETS    128  /* values that stand beside the word "password" or a kin */
#define LIMIT_LOGIN_NAMES      64   /* words about the product */
#define LIMIT_LOGIN_VARIATIONS 6000 /* of them: the ranked list fits beside these */
#define LIMIT_LOGIN_SCRIPT     (128U << 10) /* bytes of a start script; real ones reach 40 KiB */
#define LIMIT_LOGIN_WORDS      64           /* words of one command that are looked at */
#define LIMIT_LOGIN_BLOCKS     (512U << 10) /* N × r of yescrypt and scrypt: 64 MiB of memory */
#define LIMIT_LOGIN_GUESSES    16384        /* candidates for one hash; ours are about 11,000 */
/*
 * Nanoseconds of estimated work. 2.5 s for one hash is 200 guesses of bcrypt with cost 8 or of
 * yescrypt as Debian sets it, 1,700 of SHA-512 crypt with 5,000 rounds, and every guess we have
 * for DES and MD5.
 */
#define LIMIT_LOGIN_HASH_WORK 2500000000ULL
/* The same for all hashes of one file system together: a node may take LIMIT_NODE_SECONDS. */
#define LIMIT_LOGIN_SYSTEM_WORK 6000000000ULL

/* Inspecting: keys and certificates */
#define LIMIT_KEY_ITEMS     4096 /* of one file: the largest CA bundle has 400 certificates */
#define LIMIT_KEY_PRIVATES  128  /* of one file: OpenSSL takes up to 15 ms for the worst */
#define LIMIT_KEY_LINE_FILE (64U << 10) /* a .pub has one line; authorized_keys a few */
#define LIMIT_KEY_DER       (16U << 10) /* an RSA key of 16,384 bits has 9.3 KiB */
#define LIMIT_KEY_DSA       1536U /* PKCS #8 makes OpenSSL compute g^x: 4,096 bits have 1.1 KiB */
#define LIMIT_PEM_LABEL     40    /* the longest in use has 24 */
#define LIMIT_PEM_HEADERS   300   /* of RFC 1421: Proc-Type and DEK-Info have 90 */
#define LIMIT_PEM_BODY      (128U << 10) /* a PKCS #7 with a whole CA store; keys have 13 KiB */
#define LIMIT_JWK_DEPTH     16 /* a JWK Set is two deep; configuration around it a few more */
#define LIMIT_NAME_PARTS    64 /* relative distinguished names; real ones have up to 12 */
#define LIMIT_NAME_TEXT     1024U /* bytes of a name in words; the longest CA name has 180 */

/* Inspecting: components */
#define LIMIT_COMPONENTS_FILE    64    /* a program built from all of them holds thirty */
#define LIMIT_COMPONENT_STEPS    20000 /* of one regular expression on at most 500 bytes */
#define LIMIT_COMPONENT_WINDOW   192   /* bytes behind the hit a mark may look at */
#define LIMIT_COMPONENT_STRING   48    /* a version alone is shorter than this */
#define LIMIT_COMPONENT_BARE     (32U << 20)  /* bytes of a file searched for a bare version */
#define LIMIT_COMPONENT_VERSIONS 3            /* of one mark in one file; more is a table */
#define LIMIT_COMPONENT_HEAD     4096         /* bytes that tell text from binary */
#define LIMIT_MODULE_KEPT        (128U << 10) /* of a kernel module kept, to see its kernel */
#define LIMIT_RELEASES           16           /* kernels in one file system */
#define LIMIT_NOTE_COUNT         64U          /* of one segment; real ones have three */
#define LIMIT_NOTE_BYTES         4096U        /* of the JSON of one; real ones have 150 */
#define LIMIT_NOTE_FIELDS        32U          /* of the JSON; ten are defined */
#define LIMIT_NOTE_TEXT          256U         /* of one value; names and versions are shorter */
#define LIMIT_RPM_HEADER         (64U << 20)  /* rpm refuses over 256 MiB; a kernel has 2 MiB */
#define LIMIT_RPM_ENTRIES        0xffffU      /* of one header, as rpm's own limit */
#define LIMIT_RPM_TEXT           1024U /* a name, version or licence; linux-firmware lists forty */
#define LIMIT_RPM_PROOF          160U  /* name, version and release together */
#define LIMIT_RPM_LOST           1000U /* damaged records: nothing good comes behind so many */
#define LIMIT_RPM_DEPTH          20    /* of a tree of pages, as SQLite's own */
#define LIMIT_RPM_SCHEMA         4096U /* of a schema record read: the SQL behind is not needed */
#define LIMIT_CONFIG_HEAD        4096 /* searched for the signs of a kernel configuration */

/* Inspecting: the product and where it connects to */
#define LIMIT_PRODUCT_TEXT     (2U << 20) /* bytes of a text read for words about the product */
#define LIMIT_PRODUCT_VALUE    128        /* bytes of one word */
#define LIMIT_PRODUCT_ROWS     64         /* of one file: more is a data base */
#define LIMIT_PRODUCT_ELEMENT  512        /* of an XML element with its value */
#define LIMIT_PRODUCT_TOKENS   256        /* of a device tree until its root's properties end */
#define LIMIT_ENDPOINTS_FILE   200        /* a longer list is a data base, not a habit */
#define LIMIT_ENDPOINT_TEXT    (4U << 20) /* configuration and scripts are smaller */
#define LIMIT_ENDPOINT_LINE    4096       /* of a line that is looked at word by word */
#define LIMIT_ENDPOINT_BEFORE  160        /* bytes before a URL that say what it is for */
#define LIMIT_ENDPOINT_STRINGS 80 /* bare addresses in one program: more is a list of domains */
#define LIMIT_ENDPOINT_WORDS   12 /* behind a key on its line */
#define LIMIT_HOST_NAME        253 /* RFC 1035, section 2.3.4 */
#define LIMIT_HOST_LABEL       63  /* the same */

/* Inspecting: what is started, and how it is set */
#define LIMIT_BOOT_STEPS       400000U /* tokens read in all scripts, repeats counted: 15 ms */
#define LIMIT_BOOT_ROWS        1000U /* programs started; the largest system known to us has 160 */
#define LIMIT_BOOT_DEPTH       24U     /* scripts that call scripts; real ones reach 6 */
#define LIMIT_SHELL_TOKENS     200000U /* the longest boot script known to us has 9,000 */
#define LIMIT_SHELL_NESTING    64U /* quotes and substitutions inside each other in one word */
#define LIMIT_SCRIPT_VARIABLES 2000U /* of one script and all it reads in */
#define LIMIT_SCRIPT_FIELD     8192U /* bytes of one expanded word; a path has at most 4096 */
#define LIMIT_SCRIPT_FIELDS    1000U /* words of one command after expansion */
#define LIMIT_SCRIPT_CALLS     250U  /* functions and compound commands inside each other */
#define LIMIT_SCRIPT_MEMORY    (48U << 20) /* the walk; a system of 60,000 files needs 2 MiB */
#define LIMIT_BOOT_UNITS       2000U       /* of systemd, of one closure; a desktop has 300 */
#define LIMIT_SERVICE_PORTS    16U         /* of one program; more of them say nothing new */
#define LIMIT_UCI_OPTIONS      20000U      /* of one file; the largest known to us has 900 */
#define LIMIT_SETTINGS         5000U /* of one system; the fullest one known to us has 900 */
#define LIMIT_SETTING_INCLUDES 64U   /* files that one configuration takes in */
#define LIMIT_SETTING_BLOCKS   16U   /* blocks inside each other */

#define LIMIT_STORE_CHECKED (32 << 20) /* bytes of a store that is checked whole when opened */
#define LIMIT_STORE_WAIT    60000      /* ms for another program that is judging it */

/* Judging */
#define LIMIT_JUDGE_SECONDS 10   /* one query; our slowest takes 40 ms over a million rows */
#define LIMIT_JUDGE_ROWS    1000 /* counter-examples kept of one unit: more add no proof */

/* Captured web pages */
#define LIMIT_CAPTURE_FILES   100U         /* in evidence/; six units open a page */
#define LIMIT_CAPTURE_FILE    (256U << 20) /* bytes of one; a page with its pictures has 20 MiB */
#define LIMIT_CAPTURE_SECONDS 30U          /* of one: 256 MiB take three */
#define LIMIT_CAPTURE_MEMBER  (64U << 20)  /* bytes of one gzip member, or of one body */
#define LIMIT_CAPTURE_BYTES   (512U << 20) /* of all members of one file */
#define LIMIT_CAPTURE_PAGE    (8U << 20) /* bytes of one that is looked at; a long one has 1 MiB */
#define LIMIT_CAPTURE_RECORDS 4000U /* told of one file; a page with all it loads has 300 */
#define LIMIT_CAPTURE_LOSSES  100U  /* told of one file: the rest is one more */
#define LIMIT_CAPTURE_HEADERS 500U  /* lines of one head; real ones have 40 */
#define LIMIT_CAPTURE_URL     8192U /* bytes; servers refuse longer ones */
#define LIMIT_CAPTURE_WORD    1024U /* bytes of a title, a type, a reason */
#define LIMIT_CAPTURE_FIELDS  4096U /* bytes of the names of a page's fields */
#define LIMIT_CAPTURE_TEXT    (32U << 10) /* bytes of one page; a long policy has 25 KiB */
#define LIMIT_CAPTURE_TEXTS   (32U << 20) /* bytes of all texts of one file */
#define LIMIT_CAPTURE_HOPS    10          /* redirects followed: browsers stop at 20 */
#define LIMIT_CAPTURE_DAYS    90  /* a page seen longer before the assessment tells of then */
#define LIMIT_CAPTURE_LETTERS 300 /* a page with fewer is a frame that a script fills */
#define LIMIT_ADDRESSES       16  /* in one field; real ones name one or two */

/* Workbooks, read and written */
#define LIMIT_SHEET_FILE         (64U << 20) /* bytes of one; with pictures some have 20 MiB */
#define LIMIT_SHEET_SECONDS      60U         /* of one: the largest allowed takes ten */
#define LIMIT_BOOK_SHEETS        1000U       /* a dossier has 32 */
#define LIMIT_BOOK_CELLS         1000000U /* that hold something; 10,000 entries have 100,000 */
#define LIMIT_BOOK_MERGES        100000U  /* of one sheet */
#define LIMIT_BOOK_TEXT          (1U << 17) /* bytes of a cell: programs allow 32,767 characters */
#define LIMIT_BOOK_BYTES         (128U << 20) /* of all cells: many may show one long text */
#define LIMIT_PACKAGE_PARTS      10000U       /* a workbook of 1,000 sheets has 3,000 */
#define LIMIT_PACKAGE_PART       (128U << 20) /* bytes of one; 10,000 entries have 10 MiB */
#define LIMIT_PACKAGE_BYTES      (256U << 20) /* of all that are read */
#define LIMIT_PACKAGE_RATIO      500U /* deflate cannot exceed 1032, real sheets reach 40 */
#define LIMIT_PACKAGE_RATIO_FREE (16U << 20) /* under this size no ratio is asked */
#define LIMIT_XML_DEPTH          64U         /* elements inside each other; a sheet has 7 */
#define LIMIT_STYLES             65536U      /* of cells; programs allow 65,490 */
#define LIMIT_FORMATS            5000U       /* of numbers; programs stop at 250 */
#define LIMIT_CODE               1024U       /* bytes of a number format; 255 are allowed */
#define LIMIT_XLSX_TEXT          32767U /* UTF-16 units of a cell: the format's own ceiling */
#define LIMIT_REMARKS            400U   /* of one workbook; those beyond are counted */

#endif
