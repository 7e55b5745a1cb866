-- A product that fails something, leaves something open, and whose maker denies and forgets.
UPDATE provision_verdict SET outcome = 'pass', because = NULL;
UPDATE case_verdict SET outcome = 'pass';
UPDATE verdict SET outcome = 'pass';
UPDATE provision_verdict SET outcome = 'fail',
  because = 'account <admin> has the password "1234"' WHERE provision = '5.1-1';
UPDATE case_verdict SET outcome = 'fail' WHERE test_case = '5.1-1-2';
UPDATE verdict SET outcome = 'fail' WHERE unit = '5.1-1-2-c';
UPDATE provision_verdict SET outcome = 'open', because = 'units 5.3-13-2-a is open'
  WHERE provision = '5.3-13';
UPDATE case_verdict SET outcome = 'open' WHERE test_case = '5.3-13-2';
UPDATE verdict SET outcome = 'open' WHERE unit = '5.3-13-2-a';
-- Reasons that stand with the units alone: a proof, a person's answer, none.
UPDATE provision_verdict SET outcome = 'fail', because = NULL WHERE provision IN ('5.4-1', '5.4-3');
UPDATE provision_verdict SET outcome = 'open', because = NULL WHERE provision = '5.2-1';
UPDATE verdict SET outcome = 'open' WHERE unit = '5.2-1-1-a';
UPDATE verdict SET outcome = 'fail', because = 'the assessor found one' WHERE unit = '5.4-3-2-a';
INSERT INTO counter_example(unit, place, observation, because, severity) VALUES
  ('5.4-1-2-a', 0, 1, 'a lesser thing', 1), ('5.4-1-2-a', 1, 1, 'the key of <every> unit is in the image', 3);
UPDATE provision_verdict SET outcome = 'inconclusive', because = 'two answers disagree'
  WHERE provision = '5.5-1';
UPDATE provision_verdict SET outcome = 'fail', because = 'debug pins are reachable'
  WHERE provision = '5.6-4B';
UPDATE provision_verdict SET outcome = 'not-applicable', because = 'no user data is kept'
  WHERE provision IN ('5.11-1', '6-6');
UPDATE provision_verdict SET outcome = 'not-run', because = 'a recommendation that is not followed'
  WHERE provision = '5.6-6';
UPDATE overall SET outcome = 'fail', because = '2 provisions fail';
INSERT INTO dut(field, value) VALUES
  ('name', 'Lumi Cam 1'), ('type', 'Wi-Fi camera'), ('model', 'LC1'), ('markets', 'UK, EU, DE'),
  ('network_connected', 'true'), ('consumer_use', 'true'), ('category', 'ip_camera'),
  ('manufacturer.name', 'Lumi <Home> GmbH'), ('support_period', 'five years'),
  ('signatory.name', '</td><script>alert(1)</script>'), ('statement.date', 'tomorrow'),
  ('confirmed.psti-software.holds', 'false'),
  ('confirmed.psti-software.because', 'the app has a shared password'),
  ('confirmed.psti-reports-published.holds', 'true'),
  ('confirmed.psti-support-published.holds', 'true'),
  ('confirmed.psti-support-published.because', 'seen 2026-11-02');
