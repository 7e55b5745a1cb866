-- All is passed, and the dossier says nothing about the product.
UPDATE provision_verdict SET outcome = 'pass', because = NULL;
UPDATE case_verdict SET outcome = 'pass';
UPDATE verdict SET outcome = 'pass';
UPDATE overall SET outcome = 'pass', because = NULL;
