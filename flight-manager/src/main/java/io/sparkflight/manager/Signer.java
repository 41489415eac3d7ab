package io.sparkflight.manager;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Signs what leaves a server and must come back unchanged: HMAC-SHA-256 with one key per purpose,
 * all derived from the secret that the servers of a cluster share. Immutable.
 */
public final class Signer {
  /** The length of a signature. */
  public static final int BYTES = 32;

  private static final String ALGORITHM = "HmacSHA256";

  private final byte[] secret;

  private Signer(byte[] secret) {
    this.secret = secret;
  }

  /** Signs with the given secret, or with a random one that nobody else knows. */
  public static Signer of(Optional<String> secret) {
    return new Signer(
        secret
            .map(text -> text.getBytes(StandardCharsets.UTF_8))
            .orElseGet(
                () -> {
                  byte[] random = new byte[BYTES];
                  new SecureRandom().nextBytes(random);
                  return random;
                }));
  }

  /** The signature of a message for one purpose; it is worth nothing for any other purpose. */
  public byte[] sign(String purpose, byte[] message) {
    return mac(mac(secret, purpose.getBytes(StandardCharsets.UTF_8)), message);
  }

  /** Compares in constant time. */
  public boolean verifies(String purpose, byte[] message, byte[] signature) {
    return MessageDigest.isEqual(sign(purpose, message), signature);
  }

  private static byte[] mac(byte[] key, byte[] message) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(new SecretKeySpec(key, ALGORITHM));
      return mac.doFinal(message);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("Every Java platform has " + ALGORITHM, e);
    }
  }
}
