package io.sparkflight.manager.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparkflight.error.ErrorKind;
import io.sparkflight.error.FlightFailure;
import io.sparkflight.manager.Member;
import io.sparkflight.manager.Signer;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import org.apache.arrow.memory.RootAllocator;
import org.junit.jupiter.api.Test;

/** What a server says to one that is not there. */
class RemoteParticipantTest {
  private static final Member LOST =
      new Member("0123456789abcdef", URI.create("grpc://lost:1"), "127.0.0.1", 1, "test", false);

  /** Whoever asks all servers in turn has to go on with the next one. */
  @Test
  void aClosedConnectionIsALostServer() {
    try (RootAllocator allocator = new RootAllocator()) {
      RemoteParticipant participant =
          new RemoteParticipant(LOST, Signer.of(Optional.empty()), allocator);
      participant.close();
      assertThatThrownBy(() -> participant.attend(List.of()))
          .isInstanceOfSatisfying(
              FlightFailure.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.UNAVAILABLE))
          .hasMessageContaining("server grpc://lost:1: it was lost");
    }
  }
}
