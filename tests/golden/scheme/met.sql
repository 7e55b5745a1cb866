-- A product that meets everything, with all that a document asks for.
UPDATE provision_verdict SET outcome = 'pass', because = NULL;
UPDATE provision_verdict SET outcome = 'not-applicable', because = 'no machine logs in'
  WHERE provision = '5.1-2';
UPDATE case_verdict SET outcome = 'pass';
UPDATE verdict SET outcome = 'pass';
UPDATE overall SET outcome = 'pass', because = NULL;
INSERT INTO answer_evidence(unit, place, file) VALUES
  ('5.1-1-1-a', 0, 'evidence/manual.pdf'), ('5.1-1-2-a', 0, 'evidence/login & set-up.png'),
  ('5.1-1-2-b', 0, 'evidence/manual.pdf');
INSERT INTO dut(field, value) VALUES
  ('name', 'Lumi Cam 2'), ('brand', 'Lumi'), ('model', 'LC2-W'), ('type', 'Wi-Fi camera'),
  ('batch', 'LC2W-2026-*'), ('hardware_version', 'rev C'), ('category', 'ip_camera'),
  ('associated_services', 'none'),
  ('firmware.0.file', 'lc2.bin'), ('firmware.0.version', '2.4.1'), ('firmware.0.sha256', '00ff'),
  ('manufacturer.name', 'Lumi <Home> GmbH'),
  ('manufacturer.address', 'Beispielweg 1' || char(10) || '10115 Berlin'),
  ('authorised_representatives.0.name', 'Rep One Ltd'),
  ('authorised_representatives.0.address', '1 High Street, London'),
  ('authorised_representatives.1.name', 'Rep Two Pty'),
  ('authorised_representatives.1.address', '2 George Street, Sydney'),
  ('laboratory.name', 'Test Lab'), ('laboratory.address', 'Street 2'),
  ('laboratory.accreditation', 'ISO/IEC 17025, no. 1'),
  ('laboratory.signatory.name', 'L. Lab'), ('laboratory.signatory.function', 'Head of Laboratory'),
  ('ics.reference', 'ICS-1'), ('ics.sha256', 'aa'), ('ixit.reference', 'IXIT-1'),
  ('ixit.sha256', 'bb'), ('report.id', 'R-1'), ('report.date', '2026-11-19'),
  ('support_period', '2031-12-31'), ('signatory.name', 'A. Person'),
  ('signatory.function', 'Head of Quality'), ('signatory.place', 'Berlin'),
  ('statement.date', '2026-11-20');
INSERT INTO dut(field, value) SELECT DISTINCT 'confirmed.' || id || '.holds', 'true'
  FROM scheme_condition;
INSERT INTO dut(field, value) SELECT DISTINCT 'confirmed.' || id || '.because', 'seen 2026-11-02'
  FROM scheme_condition;
