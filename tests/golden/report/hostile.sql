-- A store with a dossier, for the reports that programs read: every outcome, a person's verdict, a
-- disputed one, declarations as proof, components of every grade, and texts as hostile as they
-- can be: markup of every kind, control bytes, what is no UTF-8, what XML has no place for.
CREATE TABLE meta(key TEXT PRIMARY KEY, value TEXT);
INSERT INTO meta VALUES
  ('store_version', '2'), ('program', 'proviso 0.0.0'), ('edition', '3.1.3'), ('dossier', '1'),
  ('input', 'dir/cam #1 "two".bin'), ('input_kind', 'image'), ('date', '2026-01-02T03:04:05+01:30'),
  ('sha256', '000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f'), ('size', '16384');
CREATE TABLE node(id INTEGER PRIMARY KEY, parent INTEGER, path TEXT, name TEXT, kind TEXT,
  size INTEGER, mode INTEGER, uid INTEGER, gid INTEGER, major INTEGER, minor INTEGER,
  target TEXT, sha256 TEXT, format TEXT, offset INTEGER, system INTEGER, inner_path TEXT);
INSERT INTO node(id, path, kind, sha256) VALUES
  (0, '', 'container', '000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f'),
  (1, 'squashfs@40000/etc/passwd', 'file', NULL),
  (2, CAST(x'726f6f742f2e2e2f612062253c623e2f40616c6c2023315d287829ff' AS TEXT), 'file', NULL),
  (3, 'root/lib/libssl.so.3', 'file', 'aa02030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20'),
  (4, 'root/opt/lib/libssl.so.3', 'file', 'bb02030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20'),
  (5, 'root/bin/busybox', 'file', 'cc02030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20'),
  (6, 'root/var/lib/dpkg/status', 'file', 'dd02030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20');

CREATE TABLE observation(id INTEGER PRIMARY KEY, observable TEXT);
INSERT INTO observation VALUES (1, 'login'), (2, 'login'), (3, 'login'), (4, 'gone'),
  (-1, 'declaration'), (-2, 'declaration');
CREATE TABLE login(id INTEGER PRIMARY KEY, node INTEGER, path TEXT, "offset" INTEGER,
  length INTEGER, line INTEGER, excerpt TEXT, account TEXT);
INSERT INTO login VALUES
  (1, 1, 'etc/passwd', 0, 29, 1, 'root::0:0:' || char(10) || char(27) || '[31m' || char(65534) || char(65535), 'root'),
  (2, 2, 'x', 4096, 12, NULL, CAST(x'ff3c212d2d205d5d3e20eda080'  AS TEXT), '<b>'),
  (3, 0, '', 64, 8, NULL, '', 'image');
CREATE TABLE declaration(id INTEGER PRIMARY KEY, node INTEGER, path TEXT, "offset" INTEGER,
  length INTEGER, line INTEGER, excerpt TEXT, ixit_table TEXT, entry TEXT, drafted INTEGER);
INSERT INTO declaration VALUES
  (-1, 0, 'ixit/28-LogIntf.yaml', 0, 0, 7, 'Port: 23 | TCP', '28-LogIntf', 'LogIntf-1', 0),
  (-2, 0, 'answers.yaml', 0, 0, 3, 'unit: 5.4-2-1-a', NULL, NULL, 0);

CREATE TABLE family(id TEXT PRIMARY KEY, place INTEGER, title TEXT);
INSERT INTO family VALUES ('5.1', 0, 'Passwords'), ('5.4', 1, 'Storage & parameters'), ('6', 2, 'Data');
CREATE TABLE provision(edition TEXT, id TEXT, place INTEGER, family TEXT, requirement TEXT,
  base TEXT, code TEXT, printed TEXT, applies TEXT, PRIMARY KEY(edition, id));
INSERT INTO provision(edition, id, place, family, requirement, base) VALUES
  ('3.1.3', '5.1-1', 0, '5.1', 'Passwords are unique or chosen.', 'M'),
  ('3.1.3', '5.1-2A', 1, '5.1', 'Machines use no passwords.', 'R'),
  ('3.1.3', '5.4-1', 2, '5.4', 'Parameters are stored securely.', 'M'),
  ('3.1.3', '5.4-2', 3, '5.4', 'Identities resist tampering.', 'M'),
  ('3.1.3', '6-1', 4, '6', 'Data is explained.', 'M'),
  ('2.1.1', '5.1-1', 0, '5.1', 'Passwords were unique.', 'M');
CREATE TABLE test_case(edition TEXT, id TEXT, place INTEGER, provision TEXT, title TEXT,
  kind TEXT, combine TEXT, pass TEXT, PRIMARY KEY(edition, id));
INSERT INTO test_case(edition, id, place, provision) VALUES
  ('3.1.3', '5.1-1-1', 0, '5.1-1'), ('3.1.3', '5.1-2A-1', 1, '5.1-2A'),
  ('3.1.3', '5.4-1-1', 2, '5.4-1'), ('3.1.3', '5.4-2-1', 3, '5.4-2'), ('3.1.3', '6-1-1', 4, '6-1');
CREATE TABLE unit(edition TEXT, id TEXT, place INTEGER, test_case TEXT, verb TEXT,
  purpose TEXT, pass_if TEXT, decidable TEXT, machine TEXT, PRIMARY KEY(edition, id));
INSERT INTO unit(edition, id, place, test_case, purpose) VALUES
  ('3.1.3', '5.1-1-1-a', 0, '5.1-1-1', 'Are they unique?'),
  ('3.1.3', '5.1-1-1-b', 1, '5.1-1-1', 'Does the declaration agree?'),
  ('3.1.3', '5.1-2A-1-a', 2, '5.1-2A-1', 'Is there a password?'),
  ('3.1.3', '5.4-1-1-a', 3, '5.4-1-1', 'Is a key in the image?'),
  ('3.1.3', '5.4-2-1-a', 4, '5.4-2-1', 'Can it be changed?'),
  ('3.1.3', '5.4-2-1-b', 5, '5.4-2-1', 'Is it kept?'),
  ('3.1.3', '6-1-1-a', 6, '6-1-1', 'Is it explained?'),
  ('3.1.3', '6-1-1-b', 7, '6-1-1', 'Is it still?');
CREATE TABLE unit_succession(old TEXT, new TEXT, change TEXT, PRIMARY KEY(old, new));
CREATE TABLE rule(unit TEXT PRIMARY KEY, ask TEXT, fix TEXT, file TEXT, line INTEGER);
INSERT INTO rule(unit, ask, fix) VALUES
  ('5.1-1-1-a', 'Compare two devices.', 'Give each device its own password.'),
  ('5.4-2-1-a', 'Try to write it.', NULL), ('6-1-1-a', 'Read the <notice>.', NULL);

CREATE TABLE verdict(unit TEXT PRIMARY KEY, outcome TEXT, automatic INTEGER,
  counter_examples INTEGER, looked_at INTEGER, missing TEXT, because TEXT, answer TEXT,
  disputed INTEGER, stale TEXT);
INSERT INTO verdict VALUES
  ('5.1-1-1-a', 'fail', 1, 3, 0, '', NULL, 'pass', 1, NULL),
  ('5.1-1-1-b', 'fail', 1, 2, 0, '', NULL, NULL, 0, NULL),
  ('5.1-2A-1-a', 'not-applicable', 1, 0, 0, '', 'condition 1 does not hold', NULL, 0, NULL),
  ('5.4-1-1-a', 'pass', 1, 0, 7, '', NULL, NULL, 0, NULL),
  ('5.4-2-1-a', 'fail', 0, 0, 0, '', NULL, 'fail', 0, NULL),
  ('5.4-2-1-b', 'inconclusive', 0, 0, 0, '', 'the pins were <not> reached', 'inconclusive', 0, NULL),
  ('6-1-1-a', 'open', 0, 0, 0, 'person', NULL, NULL, 0, NULL),
  ('6-1-1-b', 'not-run', 0, 0, 0, '', NULL, NULL, 0, 'the firmware has changed');
CREATE TABLE answer(unit TEXT PRIMARY KEY, outcome TEXT, because TEXT, who TEXT, at TEXT,
  stale TEXT, line INTEGER, observation INTEGER, given TEXT);
INSERT INTO answer(unit, outcome, because, who, at, stale, line, observation) VALUES
  ('5.1-1-1-a', 'pass', 'the file is <never> read | honest', 'an assessor', '2026-01-01', NULL, 9, NULL),
  ('5.4-2-1-a', 'fail', 'the fuse could be set again' || char(10) || '# not a title', 'an assessor', '2026-01-01', NULL, 3, -2);
CREATE TABLE counter_example(unit TEXT, place INTEGER, observation INTEGER, because TEXT,
  severity INTEGER, contradiction TEXT, PRIMARY KEY(unit, place));
INSERT INTO counter_example VALUES
  ('5.1-1-1-a', 0, 1, 'account root has no password; see [here](http://evil.example) {0} @all #1 www.evil.example', 3, NULL),
  ('5.1-1-1-a', 1, 2, CAST(x'6163636f756e74203c7363726970743e616c6572742831293c2f7363726970743eff07efbfbe607c2a2a622a2a' AS TEXT), 2, NULL),
  ('5.1-1-1-a', 2, 4, 'its proof is in a table that this store has not', 1, NULL),
  ('5.1-1-1-b', 0, -1, 'tcp port 23 is declared closed and answers', 2, 'declared-observed'),
  ('5.1-1-1-b', 1, 3, printf('%.*c', 3000, 'A') || '😀é', 1, NULL);
CREATE TABLE case_verdict(test_case TEXT PRIMARY KEY, outcome TEXT, because TEXT);
CREATE TABLE provision_verdict(provision TEXT PRIMARY KEY, outcome TEXT, because TEXT);
INSERT INTO provision_verdict VALUES
  ('5.1-1', 'fail', NULL), ('5.1-2A', 'not-applicable', 'condition 1'), ('5.4-1', 'pass', NULL),
  ('5.4-2', 'fail', NULL), ('6-1', 'open', NULL);
CREATE TABLE overall(outcome TEXT, because TEXT);
INSERT INTO overall VALUES ('fail', '2 mandatory provisions fail');

CREATE TABLE dut(field TEXT PRIMARY KEY, value TEXT, line INTEGER, observation INTEGER);
INSERT INTO dut(field, value) VALUES
  ('name', 'Lumi <View> (2) |'), ('manufacturer.name', 'Example & Sons' || char(10) || '(optics)'),
  ('firmware.0.version', '0.9'), ('firmware.0.sha256', 'ffff'), ('firmware.1.version', '1.0'),
  ('firmware.1.sha256', '000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F');
CREATE TABLE declared_component(observation INTEGER, ixit_table TEXT, entry TEXT,
  name TEXT, version TEXT, updatable INTEGER);
INSERT INTO declared_component VALUES
  (-1, '6-SoftComp', 'SoftComp-2', 'OpenSSL', NULL, 0), (-1, '6-SoftComp', 'SoftComp-1', 'openssl', '3.0.11', 1),
  (-1, '6-SoftComp', 'SoftComp-3', 'busybox', '1.35', NULL), (-1, '6-SoftComp', 'SoftComp-4', 'absent', '1', 1);
CREATE TABLE component(id INTEGER PRIMARY KEY, node INTEGER, path TEXT, "offset" INTEGER,
  length INTEGER, line INTEGER, excerpt TEXT, name TEXT, version TEXT, kind TEXT, grade TEXT,
  source TEXT, purl TEXT, cpe TEXT, licence TEXT, architecture TEXT, revision TEXT);
INSERT INTO component VALUES
  (1, 3, 'lib/libssl.so.3', 100, 8, NULL, 'OpenSSL 3.0.11', 'openssl', '3.0.11', 'library', 'B', 'banner',
   'pkg:generic/openssl@3.0.11', 'cpe:2.3:a:openssl:openssl', 'Apache-2.0', NULL, NULL),
  (2, 4, 'opt/lib/libssl.so.3', 100, 8, NULL, 'OpenSSL 3.0.11', 'openssl', '3.0.11', 'library', 'B', 'banner',
   'pkg:generic/openssl@3.0.11', 'cpe:2.3:a:openssl:openssl', 'Apache-2.0', NULL, NULL),
  (3, 6, 'var/lib/dpkg/status', 0, 90, 12, 'Package: openssl', 'openssl', '3.0.11', 'library', 'A', 'dpkg',
   'pkg:deb/debian/openssl@3.0.11-1', NULL, 'apache-2.0 and (mit or gpl-2.0-only with classpath-exception-2.0)', 'arm', '1'),
  (4, 5, 'bin/busybox', 0, 0, NULL, '', 'busybox', '1.35.0', 'application', 'B', 'banner',
   'pkg:generic/busybox@1.35.0', 'cpe:2.3:a:busybox:busybox', 'GPL-2.0+', NULL, NULL),
  (5, 0, '', 4096, 20, NULL, 'Linux version 4.9.84', 'linux', '4.9.84', 'kernel', 'B', 'banner',
   'pkg:generic/linux@4.9.84', 'cpe:2.3:o:linux:linux_kernel', 'GPL-2.0-only WITH Linux-syscall-note', NULL, NULL),
  (6, 2, 'x', 0, 0, NULL, CAST(x'fe22' AS TEXT), CAST(x'3c6e616d653e20ff0a22' AS TEXT), '1:2~rc" ' || char(9), 'odd', 'D', 'string',
   'pkg:deb/<bad> purl', 'cpe:2.3:a:ven dor:x', 'GPLv2 | "quoted"', NULL, NULL),
  (7, 2, 'x', 0, 0, NULL, '', 'acme', '1.0+b:2', 'bootloader', 'E', 'file', NULL, 'cpe:2.3:z:acme:boot', 'LicenseRef-Acme-1', NULL, NULL),
  (8, 2, 'x', 0, 0, NULL, '', 'acme', '1.0+b:3', 'firmware', 'E', 'file', NULL, 'cpe:2.3:h:ac\!me:boot', '', NULL, NULL),
  (9, 1, 'x', 0, 0, NULL, '', 'mosquitto', NULL, 'application', 'F', 'file', 'pkg:generic/mosquitto', NULL, 'EPL-2.0 OR BSD-3-Clause', NULL, NULL),
  (10, 1, 'x', 0, 0, NULL, '', 'kmod', '6.1', 'kernel', 'C', 'module', NULL, NULL, '((MIT)', NULL, NULL),
  (11, 1, 'x', 0, 0, NULL, '', 'os', '9', 'os', 'A', 'os-release', NULL, NULL, 'MIT', NULL, NULL),
  (12, 1, 'x', 0, 0, NULL, '', '', '9', 'os', 'A', 'os-release', NULL, NULL, 'MIT', NULL, NULL);
CREATE TABLE product(id INTEGER PRIMARY KEY, what TEXT, value TEXT);

CREATE TABLE unit_rule(unit TEXT, rule TEXT, place INTEGER, fails INTEGER, passes INTEGER,
  PRIMARY KEY(unit, rule));
INSERT INTO unit_rule SELECT unit, unit, 0, 1, 1 FROM rule;
CREATE TABLE unclear(unit TEXT, place INTEGER, observation INTEGER, because TEXT,
  PRIMARY KEY(unit, place));
CREATE TABLE applicability(provision TEXT PRIMARY KEY, state TEXT, because TEXT);
CREATE TABLE ics(provision TEXT PRIMARY KEY, support TEXT, detail TEXT, drafted INTEGER,
  line INTEGER, observation INTEGER, reasoned INTEGER, given TEXT);

-- No unit fails it: the ICS does.
INSERT INTO provision(edition, id, place, family, requirement, base) VALUES
  ('3.1.3', '6-2', 5, '6', 'Consent is <asked> for.', 'M');
INSERT INTO test_case(edition, id, place, provision) VALUES ('3.1.3', '6-2-1', 5, '6-2');
INSERT INTO unit(edition, id, place, test_case, purpose) VALUES
  ('3.1.3', '6-2-1-a', 8, '6-2-1', 'Is it asked for?');
INSERT INTO unit(edition, id, place, test_case, verb, purpose) VALUES
  ('3.1.3', '6-2-1-b', 9, '6-2-1', 'action', 'Set it up.');
INSERT INTO verdict VALUES ('6-2-1-a', 'open', 0, 0, 0, '', NULL, NULL, 0, NULL),
  ('6-2-1-b', 'pass', 0, 0, 0, '', 'it prepares the other units of its case', NULL, NULL, NULL);
INSERT INTO provision_verdict VALUES ('6-2', 'fail', 'mandatory, and declared <not> supported');
INSERT INTO applicability VALUES ('6-2', 'fail', 'mandatory, and declared <not> supported');
INSERT INTO ics(provision, support, detail, drafted, line, observation, reasoned) VALUES ('6-2', 'N', '', 0, 3, -2, 0);
