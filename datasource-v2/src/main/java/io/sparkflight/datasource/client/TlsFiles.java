package io.sparkflight.datasource.client;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.apache.arrow.flight.FlightClient;
import org.jspecify.annotations.Nullable;

/**
 * The files that TLS needs, all of PEM, on the driver and on each executor.
 *
 * @param authorities certificates to trust; null for those that Java trusts
 * @param certificate of this side, for a server that asks for one; null for none
 * @param key of {@code certificate}, PKCS #8 without a password; null if there is none
 */
record TlsFiles(@Nullable String authorities, @Nullable String certificate, @Nullable String key)
    implements Serializable {

  /**
   * Reads options.
   *
   * @throws IllegalArgumentException if a certificate has no key, or a key no certificate
   */
  static TlsFiles of(Map<SourceOption, String> options) {
    TlsFiles files =
        new TlsFiles(
            options.get(SourceOption.TLS_CA),
            options.get(SourceOption.TLS_CERTIFICATE),
            options.get(SourceOption.TLS_KEY));
    if ((files.certificate == null) != (files.key == null)) {
      throw new IllegalArgumentException(
          "Cannot use flight-sql: of %s and %s only one is set. Set both, or none."
              .formatted(SourceOption.TLS_CERTIFICATE.key(), SourceOption.TLS_KEY.key()));
    }
    return files;
  }

  /** Gives them to a client that is being built. They are read now, so that new ones are seen. */
  void give(FlightClient.Builder client) throws IOException {
    if (authorities != null) {
      client.trustedCertificates(read(SourceOption.TLS_CA, authorities));
    }
    if (certificate != null && key != null) {
      client.clientCertificate(
          read(SourceOption.TLS_CERTIFICATE, certificate), read(SourceOption.TLS_KEY, key));
    }
  }

  private static InputStream read(SourceOption option, String file) throws IOException {
    try {
      return new ByteArrayInputStream(Files.readAllBytes(Path.of(file)));
    } catch (IOException e) {
      throw new IOException(
          "the file %s of option %s cannot be read (%s). Set it to a file that driver and executors can read."
              .formatted(file, option.key(), e),
          e);
    }
  }
}
