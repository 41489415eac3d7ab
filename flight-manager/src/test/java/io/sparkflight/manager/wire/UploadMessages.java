package io.sparkflight.manager.wire;

import com.google.protobuf.ByteString;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.flatbuf.Message;
import org.apache.arrow.flight.impl.Flight;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.ipc.ArrowStreamWriter;

/** The bytes of what a client uploads, message by message. */
public final class UploadMessages {
  private UploadMessages() {}

  /** Schema, dictionaries, and the root's rows as a batch, twice; as stock Arrow writes them. */
  public static List<byte[]> of(
      byte[] command, VectorSchemaRoot root, DictionaryProvider dictionaries) throws IOException {
    ByteArrayOutputStream stream = new ByteArrayOutputStream();
    try (ArrowStreamWriter writer = new ArrowStreamWriter(root, dictionaries, stream)) {
      writer.writeBatch();
      writer.writeBatch();
    }
    ByteBuffer bytes = ByteBuffer.wrap(stream.toByteArray()).order(ByteOrder.LITTLE_ENDIAN);
    List<byte[]> messages = new ArrayList<>();
    while (bytes.getInt() == -1) { // the mark in front of each message
      byte[] header = new byte[bytes.getInt()];
      if (header.length == 0) {
        break;
      }
      bytes.get(header);
      byte[] body =
          new byte[Math.toIntExact(Message.getRootAsMessage(ByteBuffer.wrap(header)).bodyLength())];
      bytes.get(body);
      messages.add(message(messages.isEmpty() ? command : null, header, body));
    }
    return messages;
  }

  /** A message; what is null or empty is left out. */
  public static byte[] message(
      byte @org.jspecify.annotations.Nullable [] command, byte[] header, byte[] body) {
    Flight.FlightData.Builder message = Flight.FlightData.newBuilder();
    if (header.length > 0) {
      message.setDataHeader(ByteString.copyFrom(header));
    }
    if (command != null) {
      message.setFlightDescriptor(
          Flight.FlightDescriptor.newBuilder()
              .setType(Flight.FlightDescriptor.DescriptorType.CMD)
              .setCmd(ByteString.copyFrom(command)));
    }
    if (body.length > 0) {
      message.setDataBody(ByteString.copyFrom(body));
    }
    return message.build().toByteArray();
  }
}
