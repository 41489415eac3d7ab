package io.sparkflight.manager.exchange;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Encrypts and authenticates frames (AES-GCM, NIST SP 800-38D) with a random key that lives only in
 * this object. Thread-safe.
 *
 * <p>A frame is encrypted in segments of {@value #SEGMENT} bytes, each with a nonce and a tag of
 * its own. Java compiles its cipher to the processor's instructions only after many calls, however
 * much each of them did: a server that gives it a frame of a megabyte in one call waits for
 * hundreds of megabytes until that happens, at a fiftieth of the speed. ADR 21 has the figures.
 */
final class FrameCipher {
  private static final String ALGORITHM = "AES";
  private static final String TRANSFORMATION = ALGORITHM + "/GCM/NoPadding";
  private static final int KEY_BYTES = 16;
  private static final int NONCE_BYTES = 12;
  private static final int TAG_BYTES = 16;
  static final int SEGMENT = 8 << 10;

  /** What every JVM can make an array of. */
  private static final int LONGEST = Integer.MAX_VALUE - 64;

  private final SecretKeySpec key;

  FrameCipher() {
    byte[] random = new byte[KEY_BYTES];
    new SecureRandom().nextBytes(random);
    this.key = new SecretKeySpec(random, ALGORITHM);
  }

  /**
   * Encrypts a frame.
   *
   * @param number makes the nonces: never the same for two frames
   * @throws GeneralSecurityException if the frame and its tags are too long for an array
   */
  byte[] encrypt(byte[] frame, long number) throws GeneralSecurityException {
    byte[] encrypted = new byte[encryptedLength(frame.length)];
    crypt(Cipher.ENCRYPT_MODE, frame, SEGMENT, encrypted, number);
    return encrypted;
  }

  /**
   * The frame again.
   *
   * @throws GeneralSecurityException if these are not the bytes that were made of the frame of this
   *     number
   */
  byte[] decrypt(byte[] encrypted, long number) throws GeneralSecurityException {
    int each = SEGMENT + TAG_BYTES;
    byte[] frame = new byte[encrypted.length - segments(encrypted.length, each) * TAG_BYTES];
    crypt(Cipher.DECRYPT_MODE, encrypted, each, frame, number);
    return frame;
  }

  /** The bytes that a frame of so many becomes. */
  static int encryptedLength(int frame) throws GeneralSecurityException {
    long length = frame + (long) segments(frame, SEGMENT) * TAG_BYTES;
    if (length > LONGEST) {
      throw new GeneralSecurityException(
          "%d bytes and their tags are more than the %d of an array".formatted(frame, LONGEST));
    }
    return (int) length;
  }

  /** An empty frame has a segment as well, so that it is authenticated like the others. */
  private static int segments(int bytes, int each) {
    return bytes == 0 ? 1 : (bytes - 1) / each + 1;
  }

  private void crypt(int mode, byte[] from, int each, byte[] to, long number)
      throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance(TRANSFORMATION);
    int written = 0;
    for (int segment = 0; segment < segments(from.length, each); segment++) {
      byte[] nonce = ByteBuffer.allocate(NONCE_BYTES).putLong(number).putInt(segment).array();
      cipher.init(mode, key, new GCMParameterSpec(TAG_BYTES * Byte.SIZE, nonce));
      int start = segment * each;
      written += cipher.doFinal(from, start, Math.min(each, from.length - start), to, written);
    }
  }
}
