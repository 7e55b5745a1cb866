var k = "-----BEGIN EC PRIVATE KEY-----\n" +
  "MHcCAQEEIPOq83qyVgA12JPRa2gCrZcFMVOFrALVTOlME0HvUZ7qoAoGCCqGSM49\n" +
  "AwEHoUQDQgAES+wKoWZi1LZtEkIIOX3KMQ0lnT9HCtWiopGfYvaycLgy2/+uzmMp\n" +
  "wrZzsJ4Xk4YZljQQ6tRIPP+mbc3irEvajw==\n" +
  "-----END EC PRIVATE KEY-----\n";
