-- A store of two families and four provisions, written by hand, in which every outcome occurs.
-- Its texts are as hostile as those of an image can be.
CREATE TABLE meta(key TEXT PRIMARY KEY, value TEXT);
INSERT INTO meta VALUES
  ('store_version', '1'), ('program', 'proviso 0.0.0'), ('edition', '3.1.3'),
  ('input', 'camera.bin'), ('input_kind', 'image'), ('date', '2026-01-02'), ('locked', '1'),
  ('sha256', '000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f'),
  ('size', '16384'), ('bytes_read', '20000'), ('bytes_explained', '8192'),
  ('bytes_padding', '4096'), ('bytes_unknown', '3072'), ('bytes_encrypted', '1024');

CREATE TABLE node(id INTEGER PRIMARY KEY, parent INTEGER, path TEXT, name TEXT, kind TEXT,
  size INTEGER, mode INTEGER, uid INTEGER, gid INTEGER, major INTEGER, minor INTEGER,
  target TEXT, sha256 TEXT, format TEXT, offset INTEGER, system INTEGER, inner_path TEXT);
INSERT INTO node(id, parent, path, name, kind, size, system, inner_path) VALUES
  (0, NULL, '', '', 'container', 16384, NULL, ''),
  (1, 0, 'rootfs', 'rootfs', 'container', 8192, 0, 'rootfs'),
  (2, 1, 'rootfs/etc', 'etc', 'dir', 0, 1, 'etc'),
  (3, 1, 'rootfs/etc/passwd', 'passwd', 'file', 80, 1, 'etc/passwd');

CREATE TABLE map("offset" INTEGER PRIMARY KEY, length INTEGER, kind TEXT, what TEXT, node INTEGER,
  entropy REAL);
INSERT INTO map VALUES
  (0, 8192, 'explained', 'squashfs <data>', 1, 0.0),
  (8192, 4096, 'padding', 'padding', 0, 0.0),
  (12288, 3072, 'unknown', 'unknown', 0, 5.25),
  (15360, 1024, 'encrypted', 'high entropy', 0, 7.997);

CREATE TABLE unread(id INTEGER PRIMARY KEY, node INTEGER, path TEXT, bytes INTEGER, reason TEXT);
INSERT INTO unread VALUES (1, 1, 'rootfs/usr/bin/x"><b>', 512, 'the block at byte 96 is damaged');

CREATE TABLE coverage(name TEXT PRIMARY KEY, complete INTEGER, looked_at INTEGER, detail TEXT);
INSERT INTO coverage VALUES
  ('unpack.complete', 0, 4, '4096 bytes of the image are not explained; 1 losses: see the table unread'),
  ('inspect.login', 0, 1, '4096 bytes of the image are not explained'),
  ('inspect.key', 1, 7, '');

CREATE TABLE observation(id INTEGER PRIMARY KEY, observable TEXT);
INSERT INTO observation VALUES (1, 'login'), (2, 'login');
CREATE TABLE observable(name TEXT PRIMARY KEY, meaning TEXT, checked_by TEXT);
INSERT INTO observable VALUES ('key', 'private keys', 'key'), ('login', 'accounts', 'login');
CREATE TABLE login(id INTEGER PRIMARY KEY, node INTEGER, path TEXT, "offset" INTEGER,
  length INTEGER, line INTEGER, excerpt TEXT, account TEXT, store TEXT, shell TEXT, active INTEGER,
  usable INTEGER, state TEXT, scheme TEXT, password TEXT, password_known INTEGER);
INSERT INTO login VALUES
  (1, 3, 'etc/passwd', 0, 29, 1, '<script>alert(1)</script>::0:', '<script>alert(1)</script>',
   'passwd', '/bin/sh', 1, 1, 'empty', NULL, '', 1),
  (2, 3, 'etc/passwd', 30, 40, 2, 'admin:"quoted" & \x00', 'admin', 'passwd', '/bin/sh', 1, 1, 'hash',
   'md5', '1234', 1);
CREATE TABLE key(id INTEGER PRIMARY KEY, node INTEGER, path TEXT, "offset" INTEGER,
  length INTEGER, line INTEGER, excerpt TEXT, type TEXT, bits INTEGER, curve TEXT,
  encrypted INTEGER, spki_sha256 TEXT, ssh_fingerprint TEXT, use TEXT, example INTEGER,
  known INTEGER, known_as TEXT);

CREATE TABLE family(id TEXT PRIMARY KEY, place INTEGER, title TEXT);
INSERT INTO family VALUES ('5.1', 0, 'Passwords'), ('5.4', 1, 'Storage & parameters');
CREATE TABLE provision(edition TEXT, id TEXT, place INTEGER, family TEXT, requirement TEXT,
  base TEXT, code TEXT, printed TEXT, applies TEXT, PRIMARY KEY(edition, id));
INSERT INTO provision(edition, id, place, family, requirement, base, code, applies) VALUES
  ('3.1.3', '5.1-1', 0, '5.1', 'Passwords are unique or chosen.', 'M', 'MF', 'applies always'),
  ('3.1.3', '5.1-2A', 1, '5.1', 'Machines use no passwords.', 'R', 'R', NULL),
  ('3.1.3', '5.4-1', 2, '5.4', 'Parameters are stored securely.', 'M', 'M', NULL),
  ('3.1.3', '5.4-2', 3, '5.4', 'Identities resist tampering.', 'M', 'MC', NULL);
CREATE TABLE test_case(edition TEXT, id TEXT, place INTEGER, provision TEXT, title TEXT,
  kind TEXT, combine TEXT, pass TEXT,
  alternative INTEGER AS (combine IN ('all_or_not_obtainable', 'all_or_no_user_data')),
  PRIMARY KEY(edition, id));
INSERT INTO test_case(edition, id, place, provision, kind, combine) VALUES
  ('3.1.3', '5.1-1-1', 0, '5.1-1', 'conceptual', 'all'),
  ('3.1.3', '5.1-2A-1', 1, '5.1-2A', 'functional', 'at_least_one_mechanism'),
  ('3.1.3', '5.4-1-1', 2, '5.4-1', 'functional', 'all'),
  ('3.1.3', '5.4-2-1', 3, '5.4-2', 'conceptual', 'all');
CREATE TABLE unit(edition TEXT, id TEXT, place INTEGER, test_case TEXT, verb TEXT,
  purpose TEXT, pass_if TEXT, decidable TEXT, machine TEXT, PRIMARY KEY(edition, id));
INSERT INTO unit(edition, id, place, test_case, verb, purpose, pass_if) VALUES
  ('3.1.3', '5.1-1-1-a', 0, '5.1-1-1', 'assess', 'Are they unique?', 'each differs'),
  ('3.1.3', '5.1-2A-1-a', 1, '5.1-2A-1', 'check', 'Is there a password?', 'there is none'),
  ('3.1.3', '5.4-1-1-a', 2, '5.4-1-1', 'check', 'Is a key in the image?', 'there is none'),
  ('3.1.3', '5.4-2-1-a', 3, '5.4-2-1', 'assess', 'Can it be changed?', 'it cannot');
CREATE TABLE rule(unit TEXT PRIMARY KEY, ask TEXT, fix TEXT, file TEXT, line INTEGER);
INSERT INTO rule(unit, ask, fix) VALUES
  ('5.1-1-1-a', 'Compare two devices.', 'Give each device its own password.'),
  ('5.1-2A-1-a', NULL, 'Use certificates.'), ('5.4-1-1-a', NULL, NULL),
  ('5.4-2-1-a', 'Try to write it.', NULL);
CREATE TABLE rule_covered(unit TEXT, place INTEGER, name TEXT, PRIMARY KEY(unit, place));
INSERT INTO rule_covered VALUES
  ('5.1-1-1-a', 0, 'inspect.login'), ('5.1-1-1-a', 1, 'declared.1-AuthMech'),
  ('5.4-1-1-a', 0, 'inspect.key'), ('5.4-2-1-a', 0, 'probe.tls'), ('5.4-2-1-a', 1, 'person');

CREATE TABLE rule_fail(unit TEXT, place INTEGER, rows TEXT, because TEXT, severity INTEGER,
  contradiction TEXT, edition TEXT, PRIMARY KEY(unit, place));
CREATE TABLE rule_beside(unit TEXT, place INTEGER, title TEXT, rows TEXT, PRIMARY KEY(unit, place));
CREATE TABLE unit_rule(unit TEXT, rule TEXT, place INTEGER, fails INTEGER, passes INTEGER,
  PRIMARY KEY(unit, rule));
INSERT INTO unit_rule SELECT unit, unit, 0, 1, 1 FROM rule;

CREATE TABLE verdict(unit TEXT PRIMARY KEY, outcome TEXT, automatic INTEGER,
  counter_examples INTEGER, looked_at INTEGER, missing TEXT, because TEXT, answer TEXT,
  disputed INTEGER, stale TEXT);
INSERT INTO verdict(unit, outcome, automatic, counter_examples, looked_at, missing) VALUES
  ('5.1-1-1-a', 'fail', 1, 2, 0, 'inspect.login, declared.1-AuthMech'),
  ('5.1-2A-1-a', 'fail', 1, 1, 0, ''),
  ('5.4-1-1-a', 'pass', 1, 0, 7, ''),
  ('5.4-2-1-a', 'open', 0, 0, 0, 'probe.tls, person');
CREATE TABLE unclear(unit TEXT, place INTEGER, observation INTEGER, because TEXT,
  PRIMARY KEY(unit, place));
CREATE TABLE counter_example(unit TEXT, place INTEGER, observation INTEGER, because TEXT,
  severity INTEGER, contradiction TEXT, PRIMARY KEY(unit, place));
INSERT INTO counter_example(unit, place, observation, because, severity) VALUES
  ('5.1-1-1-a', 0, 1, 'account <script>alert(1)</script> has no password', 2),
  ('5.1-1-1-a', 1, 2, 'account admin has the password "1234"', 3),
  ('5.1-2A-1-a', 0, 2, 'machine account admin has the password "1234"', 1);
CREATE TABLE case_verdict(test_case TEXT PRIMARY KEY, outcome TEXT, because TEXT);
INSERT INTO case_verdict(test_case, outcome) VALUES
  ('5.1-1-1', 'fail'), ('5.1-2A-1', 'open'), ('5.4-1-1', 'pass'), ('5.4-2-1', 'open');
CREATE TABLE provision_verdict(provision TEXT PRIMARY KEY, outcome TEXT, because TEXT);
INSERT INTO provision_verdict(provision, outcome) VALUES
  ('5.1-1', 'fail'), ('5.1-2A', 'open'), ('5.4-1', 'pass'), ('5.4-2', 'open');

-- What a dossier fills: dossier.sql has rows.
CREATE TABLE applicability(provision TEXT PRIMARY KEY, state TEXT, because TEXT);
INSERT INTO applicability SELECT id, 'run', NULL FROM provision;
CREATE TABLE overall(outcome TEXT, because TEXT);
CREATE TABLE gap(place INTEGER PRIMARY KEY, kind TEXT, urgency INTEGER, provision TEXT,
  unit TEXT, what TEXT, advice TEXT, file TEXT, line INTEGER, owner TEXT, due TEXT, state TEXT);
CREATE TABLE condition(edition TEXT, id TEXT, place INTEGER, kind TEXT, meaning TEXT,
  PRIMARY KEY(edition, id));
CREATE TABLE ixit_table(n INTEGER PRIMARY KEY, name TEXT UNIQUE, title TEXT, old_name TEXT,
  shape TEXT, meaning TEXT, sql_name TEXT);
CREATE TABLE unit_ixit(edition TEXT, unit TEXT, place INTEGER, ixit_table TEXT, field TEXT,
  PRIMARY KEY(edition, unit, place));
CREATE TABLE declaration(id INTEGER PRIMARY KEY, node INTEGER, path TEXT, "offset" INTEGER,
  length INTEGER, line INTEGER, excerpt TEXT, ixit_table TEXT, entry TEXT, drafted INTEGER);
CREATE TABLE dut(field TEXT PRIMARY KEY, value TEXT, line INTEGER, observation INTEGER);
CREATE TABLE ics(provision TEXT PRIMARY KEY, support TEXT, detail TEXT, drafted INTEGER,
  line INTEGER, observation INTEGER, given TEXT);
CREATE TABLE ixit_state(ixit_table TEXT PRIMARY KEY, declared INTEGER, entries INTEGER,
  none_because TEXT, line INTEGER);
CREATE TABLE condition_state(id TEXT PRIMARY KEY, holds INTEGER, because TEXT, observation INTEGER);
CREATE TABLE declared_field(observation INTEGER, ixit_table TEXT, entry TEXT, place INTEGER,
  field TEXT, value TEXT, line INTEGER, PRIMARY KEY(observation, place));
CREATE TABLE statement(observation INTEGER, ixit_table TEXT, entry TEXT, field TEXT, line INTEGER,
  name TEXT, value TEXT, excerpt TEXT);
CREATE TABLE answer(unit TEXT PRIMARY KEY, outcome TEXT, because TEXT, who TEXT, at TEXT,
  stale TEXT, line INTEGER, observation INTEGER, given TEXT);
CREATE TABLE answer_evidence(unit TEXT, place INTEGER, file TEXT, sha256 TEXT, size INTEGER,
  date TEXT, state TEXT, PRIMARY KEY(unit, place));
CREATE TABLE action(place INTEGER PRIMARY KEY, subject TEXT, owner TEXT, due TEXT, state TEXT,
  note TEXT, line INTEGER);
CREATE TABLE sign_off(step TEXT, who TEXT, at TEXT, note TEXT, PRIMARY KEY(step, at));
CREATE TABLE mistake(place INTEGER PRIMARY KEY, file TEXT, line INTEGER, severity TEXT, what TEXT,
  why TEXT, advice TEXT, provision TEXT, unit TEXT);
CREATE TABLE declared_component(observation INTEGER, ixit_table TEXT, entry TEXT, name TEXT,
  version TEXT, updatable INTEGER);
