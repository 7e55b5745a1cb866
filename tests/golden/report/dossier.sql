-- Laid over store.sql: the same product with a dossier. Every outcome, an answer that counts, one
-- that is stale and one that objects to a proof, a contradiction, drafts, mistakes, prose of
-- several lines, words without end, and texts as hostile as those of an image.
INSERT INTO meta VALUES ('dossier', '1');
INSERT INTO dut(field, value, line) VALUES
  ('name', 'Lumi <View> 2', 1), ('model', 'LV-2', 2), ('brand', 'Lumi', 3), ('hardware_version', 'rev C', 4),
  ('manufacturer.name', 'Example & Sons', 5), ('manufacturer.address', '1 Example Street' || char(10) || 'Example Town', 6),
  ('laboratory.name', 'Example Laboratory', 7), ('assessor', 'an assessor', 8), ('markets', 'EU, UK', 9),
  ('firmware.0.file', 'camera.bin', 10), ('firmware.0.version', '1.0', 11),
  ('firmware.0.sha256', '000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F', 12),
  ('firmware.1.version', '1.1', 13), ('date', '2026-01-31', 14);

INSERT INTO provision(edition, id, place, family, requirement, base, code, printed, applies) VALUES
  ('3.1.3', '5.1-3', 4, '5.1', 'Cryptography is sound.', 'R', 'R', 'R', NULL),
  ('3.1.3', '5.4-3', 5, '5.4', 'No secret stands in the source.', 'M', 'MF', 'M F (k)', 'applies when there are secrets'),
  ('3.1.3', '5.4-4', 6, '5.4', 'Secrets differ from unit to unit.', 'M', 'M', 'M', NULL),
  ('3.1.3', '5.4-5', 7, '5.4', 'Secrets can be renewed.', 'M', 'M', 'M', NULL);
INSERT INTO test_case(edition, id, place, provision, kind, combine) VALUES
  ('3.1.3', '5.1-3-1', 4, '5.1-3', 'conceptual', 'all'), ('3.1.3', '5.4-3-1', 5, '5.4-3', 'conceptual', 'all'),
  ('3.1.3', '5.4-4-1', 6, '5.4-4', 'functional', 'all'), ('3.1.3', '5.4-5-1', 7, '5.4-5', 'functional', 'all');
INSERT INTO unit(edition, id, place, test_case, verb, purpose, pass_if) VALUES
  ('3.1.3', '5.1-3-1-a', 4, '5.1-3-1', 'assess', 'Is it sound?', 'it is'),
  ('3.1.3', '5.4-3-1-a', 5, '5.4-3-1', 'check', 'Is a secret in the source?', 'there is none'),
  ('3.1.3', '5.4-4-1-a', 6, '5.4-4-1', 'functionally assess', 'Do two units differ?', 'they do'),
  ('3.1.3', '5.4-5-1-a', 7, '5.4-5-1', 'functionally assess', 'Can it be renewed?', 'it can'),
  ('3.1.3', '5.4-5-1-b', 8, '5.4-5-1', 'functionally assess', 'Is the old one gone?', 'it is');
INSERT INTO verdict VALUES
  ('5.1-3-1-a', 'not-run', 0, 0, 0, '', 'declared not supported: no need', NULL, NULL, NULL),
  ('5.4-3-1-a', 'not-applicable', 0, 0, 0, '', 'feature k does not hold: no <secrets>', NULL, NULL, NULL),
  ('5.4-4-1-a', 'inconclusive', 0, 0, 0, '', 'only one unit was at hand', 'inconclusive', 0, NULL),
  ('5.4-5-1-a', 'fail', 0, 0, 0, '', 'the key came back after a reset', 'fail', 0, NULL),
  ('5.4-5-1-b', 'pass', 0, 0, 0, '', 'seen on two units', 'pass', 0, NULL);
UPDATE verdict SET because = 'the file is never read', answer = 'pass', disputed = 1 WHERE unit = '5.1-1-1-a';
UPDATE verdict SET because = 'tried it', answer = 'pass', stale = 'the firmware has changed since' WHERE unit = '5.4-2-1-a';
INSERT INTO answer(unit, outcome, because, who, at, stale, line, observation) VALUES
  ('5.1-1-1-a', 'pass', 'the file is never read', 'an assessor', '2026-01-20', NULL, 2, NULL),
  ('5.4-2-1-a', 'pass', 'tried it', 'an assessor', '2026-01-10', 'the firmware has changed since', 6, NULL),
  ('5.4-4-1-a', 'inconclusive', 'only one unit was at hand', 'an assessor', '2026-01-21', NULL, 9, NULL),
  ('5.4-5-1-a', 'fail', 'the key came back after a reset', NULL, NULL, NULL, 12, NULL),
  ('5.4-5-1-b', 'pass', 'seen on two units', 'an assessor', '2026-01-22', NULL, 15, NULL);
INSERT INTO answer_evidence VALUES
  ('5.4-5-1-a', 0, 'reset <1>.pcap', '00000000000000000000000000000000000000000000000000000000000000aa', 2048, '2026-01-19', 'same'),
  ('5.4-5-1-b', 0, 'photo.jpg', '00000000000000000000000000000000000000000000000000000000000000bb', 123456, '2026-01-22', 'missing');
INSERT INTO unclear VALUES
  ('5.4-2-1-a', 0, -3, 'SecParam-2 does not say where it is kept'),
  ('5.4-2-1-a', 1, -3, 'SecParam-2 <does> not say who writes it');
INSERT INTO observation VALUES (-1, 'declaration'), (-2, 'declaration'), (-3, 'declaration'), (-4, 'declaration');
INSERT INTO observable VALUES ('declaration', 'a row of the dossier', NULL);
INSERT INTO counter_example VALUES
  ('5.1-1-1-a', 2, -1, 'AuthMech-1 declares a password for each unit, and admin has "1234"', 3,
   'a password declared unique and found in the image');
UPDATE verdict SET counter_examples = 3 WHERE unit = '5.1-1-1-a';
INSERT INTO case_verdict VALUES
  ('5.1-3-1', 'not-run', NULL), ('5.4-3-1', 'not-applicable', NULL), ('5.4-4-1', 'inconclusive', NULL),
  ('5.4-5-1', 'fail', NULL);
UPDATE case_verdict SET because = 'a unit fails, but one sound mechanism is enough: conclude the case itself'
  WHERE test_case = '5.1-2A-1';
INSERT INTO provision_verdict VALUES
  ('5.1-3', 'not-run', 'declared not supported: no need'),
  ('5.4-3', 'not-applicable', 'feature k does not hold: no <secrets>'),
  ('5.4-4', 'inconclusive', NULL), ('5.4-5', 'fail', NULL);
INSERT INTO applicability VALUES
  ('5.1-3', 'not-run', 'declared not supported: no need'), ('5.4-3', 'not-applicable', 'feature k does not hold: no <secrets>'),
  ('5.4-4', 'run', NULL), ('5.4-5', 'run', NULL);
INSERT INTO overall VALUES ('fail', '2 mandatory provisions and 0 recommendations declared as followed fail');
INSERT INTO ics(provision, support, detail, drafted, line, observation) VALUES
  ('5.1-1', 'Y', 'Each unit has its own.' || char(10) || 'See 1-AuthMech.', 0, 3, NULL), ('5.1-2A', 'Y', '', 1, 6, NULL),
  ('5.1-3', 'N', 'no need', 0, 9, NULL), ('5.4-1', 'Y', 'In the secure element.', 0, 12, NULL),
  ('5.4-2', 'Y', '', 0, 15, NULL), ('5.4-3', 'N/A', 'no <secrets>', 0, 18, NULL), ('5.4-4', 'Y', '', 0, 21, NULL);
INSERT INTO condition VALUES
  ('3.1.3', '14', 0, 'condition', 'no limit of resources'), ('3.1.3', 'a', 0, 'feature', 'passwords are used'),
  ('3.1.3', 'k', 1, 'feature', 'secrets are kept');
INSERT INTO condition_state(id, holds, because) VALUES ('a', 1, 'AuthMech-1 uses a password'), ('k', 0, '10-SecParam is empty');
INSERT INTO ixit_table(n, name, title, sql_name) VALUES
  (1, '1-AuthMech', 'Authentication Mechanisms', 'ixit_1_authmech'),
  (10, '10-SecParam', 'Security Parameters', 'ixit_10_secparam'),
  (22, '22-ExtSens', 'External Sensing Capabilities', 'ixit_22_extsens'),
  (24, '24-TelData', 'Telemetry Data', 'ixit_24_teldata');
INSERT INTO ixit_state VALUES
  ('1-AuthMech', 1, 1, NULL, 1), ('10-SecParam', 1, 1, NULL, 1), ('22-ExtSens', 1, 0, 'it senses nothing', 1);
INSERT INTO coverage VALUES ('declared.1-AuthMech', 1, 1, ''), ('declared.10-SecParam', 0, 1, ''),
  ('declared.22-ExtSens', 1, 0, ''), ('declared.24-TelData', 0, 0, 'not filled in');
INSERT INTO declaration VALUES
  (-1, 0, 'ixit/1-AuthMech.yaml', 0, 0, 2, 'Authentication Factor: a password for each unit', '1-AuthMech', 'AuthMech-1', 0),
  (-2, 0, 'ixit/10-SecParam.yaml', 0, 0, 2, 'SecParam-1', '10-SecParam', 'SecParam-1', 0),
  (-3, 0, 'ixit/10-SecParam.yaml', 0, 0, 9, 'SecParam-2', '10-SecParam', 'SecParam-2', 1),
  (-4, 0, 'ics.yaml', 0, 0, 6, '5.1-2A', NULL, NULL, 1);
INSERT INTO declared_field VALUES
  (-1, '1-AuthMech', 'AuthMech-1', 0, 'ID', 'AuthMech-1', 2),
  (-1, '1-AuthMech', 'AuthMech-1', 1, 'Authentication Factor', 'A password for each unit.' || char(10) || char(10) ||
   'It is printed on the label.', 3),
  (-2, '10-SecParam', 'SecParam-1', 0, 'ID', 'SecParam-1', 2),
  (-2, '10-SecParam', 'SecParam-1', 1, 'Description', 'The identity. <script>alert(1)</script> ' ||
   replace(hex(zeroblob(150)), '00', 'Wo'), 3),
  (-2, '10-SecParam', 'SecParam-1', 2, 'Protection Scheme', 'one-time programmable' || char(8238) || 'memory', 4),
  (-3, '10-SecParam', 'SecParam-2', 0, 'ID', 'SecParam-2', 9),
  (-3, '10-SecParam', 'SecParam-2', 1, 'Description', 'The key of the update: Grüße, ключ, 鍵', 10);
INSERT INTO unit_ixit VALUES ('3.1.3', '5.4-2-1-a', 0, '10-SecParam', 'Description'),
  ('3.1.3', '5.4-2-1-a', 1, '10-SecParam', 'Protection Scheme'), ('3.1.3', '5.4-2-1-a', 2, '22-ExtSens', '*'),
  ('3.1.3', '5.4-2-1-a', 3, '24-TelData', '*');
INSERT INTO rule_beside VALUES
  ('5.4-2-1-a', 0, 'Accounts of the image', 'SELECT id AS observation, account, state, path FROM login ORDER BY id'),
  ('5.4-2-1-a', 1, 'Keys of the image', 'SELECT path, bits FROM key'),
  ('5.4-2-1-a', 2, 'Numbers', 'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 60) SELECT i AS a_number FROM n');
INSERT INTO rule_fail(unit, place, rows, because, severity) VALUES
  ('5.1-1-1-a', 0, 'SELECT id AS observation FROM login' || char(10) || 'WHERE password_known = 1', 'x', 1);
UPDATE rule SET file = 'rules/en303645/5.1.yaml', line = 12 WHERE unit = '5.1-1-1-a';
INSERT INTO statement VALUES
  (-1, '1-AuthMech', 'AuthMech-1', 'Authentication Factor', 3, 'origin', 'per unit', 'A password for each unit.'),
  (-2, '10-SecParam', 'SecParam-1', 'Protection Scheme', 4, 'storage', 'one-time programmable', 'one-time programmable');
INSERT INTO mistake VALUES
  (0, 'ics.yaml', 15, 'warning', 'Detail of 5.4-2 is empty', 'units of 5.0-1 read it', 'say which measures are taken', '5.4-2', NULL),
  (1, 'ics.yaml', NULL, 'error', 'there is no row for 5.4-5', 'every provision needs one', 'add it', '5.4-5', NULL),
  (2, 'ixit/10-SecParam.yaml', 4, 'error', 'Type is <missing>', 'supported provisions need it', 'write critical or public', NULL, NULL);
INSERT INTO action VALUES (0, '5.4-5-1-a', 'the maker', '2026-03-01', 'open', 'renew the key at reset', 2);
INSERT INTO sign_off VALUES ('scope', 'an assessor', '2026-01-05', 'as agreed');
INSERT INTO gap VALUES
  (1, 'failure', 1, '5.1-1', '5.1-1-1-a', 'account admin has the password "1234" (and 2 more) [disputed: the file is never read]',
   'Give each device its own password.', 'etc/passwd', 2, NULL, NULL, NULL),
  (2, 'failure', 1, '5.4-5', '5.4-5-1-a', 'an assessor says: the key came back after a reset', NULL, NULL, NULL,
   'the maker', '2026-03-01', 'open'),
  (3, 'mistake', 2, '5.4-5', NULL, 'there is no row for 5.4-5: every provision needs one', 'add it', 'ics.yaml', NULL, NULL, NULL, NULL);
