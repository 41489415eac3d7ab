package io.sparkflight.manager;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
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

  /** A message with its signature behind it. */
  public byte[] seal(String purpose, byte[] message) {
    byte[] sealed = Arrays.copyOf(message, message.length + BYTES);
    System.arraycopy(sign(purpose, message), 0, sealed, message.length, BYTES);
    return sealed;
  }

  /** The message that was sealed for this purpose; empty if it was not, or was changed since. */
  public Optional<byte[]> unseal(String purpose, byte[] sealed) {
    int length = sealed.length - BYTES;
    if (length < 0) {
      return Optional.empty();
    }
    byte[] message = Arrays.copyOf(sealed, length);
    return verifies(purpose, message, Arrays.copyOfRange(sealed, length, sealed.length))
        ? Optional.of(message)
        : Optional.empty();
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
