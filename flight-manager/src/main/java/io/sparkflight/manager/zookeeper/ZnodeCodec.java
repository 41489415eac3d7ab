package io.sparkflight.manager.zookeeper;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sparkflight.error.ErrorKind;
import io.sparkflight.manager.Digest;
import io.sparkflight.manager.Member;
import io.sparkflight.manager.Outcome;
import java.io.IOException;
import java.net.URI;
import java.util.HashMap;
import java.util.Map;

/**
 * How members and outcomes are written: JSON of at most 64 KiB. Unknown fields are ignored, so that
 * a newer server may say more; everything else that does not fit is refused.
 */
final class ZnodeCodec {
  /** What a node may hold. */
  static final int MOST_BYTES = 64 * 1024;

  /** Six bytes per character, which is what JSON needs at worst, stay well below the limit. */
  private static final int MOST_MESSAGE = 8 * 1024;

  private static final ObjectMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

  private ZnodeCodec() {}

  /** Why the content of a node is of no use. */
  static final class MalformedZnodeException extends Exception {
    private static final long serialVersionUID = 1L;

    MalformedZnodeException(String why) {
      super(why);
    }
  }

  static byte[] encode(Member member) {
    ObjectNode node =
        JSON.createObjectNode()
            .put("incarnation", member.incarnation())
            .put("location", member.location().toString())
            .put("internalHost", member.internalHost())
            .put("internalPort", member.internalPort())
            .put("version", member.version())
            .put("draining", member.draining());
    return bytes(node, "member " + member);
  }

  static byte[] encode(Outcome outcome) {
    ObjectNode node = JSON.createObjectNode();
    if (outcome instanceof Outcome.Complete complete) {
      ObjectNode digests = node.putObject("complete");
      complete
          .digests()
          .forEach(
              (incarnation, digest) ->
                  digests
                      .putObject(incarnation)
                      .put("partitions", digest.partitions())
                      .put("rows", digest.rows())
                      .put("bytes", digest.bytes())
                      .put("crc", digest.crc()));
    } else if (outcome instanceof Outcome.Failed failed) {
      node.putObject("failed")
          .put("kind", failed.kind().name())
          .put("message", shortened(failed.message()));
    }
    return bytes(node, "the outcome");
  }

  static Member member(byte[] data) throws MalformedZnodeException {
    JsonNode node = read(data);
    int port = integer(node, "internalPort");
    if (port < 1 || port > 65_535) {
      throw new MalformedZnodeException("internalPort is not a port");
    }
    return new Member(
        text(node, "incarnation"),
        location(text(node, "location")),
        text(node, "internalHost"),
        port,
        text(node, "version"),
        field(node, "draining").asBoolean());
  }

  static Outcome outcome(byte[] data) throws MalformedZnodeException {
    JsonNode node = read(data);
    JsonNode failed = node.get("failed");
    if (failed != null) {
      return new Outcome.Failed(kind(text(failed, "kind")), text(failed, "message"));
    }
    Map<String, Digest> digests = new HashMap<>();
    JsonNode complete = field(node, "complete");
    if (!complete.isObject()) {
      throw new MalformedZnodeException("complete is not an object");
    }
    for (Map.Entry<String, JsonNode> entry : complete.properties()) {
      digests.put(entry.getKey(), digest(entry.getValue()));
    }
    return new Outcome.Complete(digests);
  }

  private static Digest digest(JsonNode node) throws MalformedZnodeException {
    return new Digest(
        integer(node, "partitions"), whole(node, "rows"), whole(node, "bytes"), whole(node, "crc"));
  }

  private static byte[] bytes(JsonNode node, String what) {
    byte[] bytes;
    try {
      bytes = JSON.writeValueAsBytes(node);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("cannot write JSON from its own tree", e);
    }
    if (bytes.length > MOST_BYTES) {
      throw new IllegalArgumentException(
          "%s takes %d bytes; a node may hold %d".formatted(what, bytes.length, MOST_BYTES));
    }
    return bytes;
  }

  private static JsonNode read(byte[] data) throws MalformedZnodeException {
    if (data.length > MOST_BYTES) {
      throw new MalformedZnodeException("larger than %d bytes".formatted(MOST_BYTES));
    }
    try {
      JsonNode node = JSON.readTree(data);
      if (node == null || !node.isObject()) {
        throw new MalformedZnodeException("not a JSON object");
      }
      return node;
    } catch (IOException e) {
      // The parser's message would carry the hostile bytes into the log.
      throw new MalformedZnodeException("not JSON");
    }
  }

  private static JsonNode field(JsonNode node, String name) throws MalformedZnodeException {
    JsonNode value = node.get(name);
    if (value == null) {
      throw new MalformedZnodeException("without " + name);
    }
    return value;
  }

  private static String text(JsonNode node, String name) throws MalformedZnodeException {
    JsonNode value = field(node, name);
    if (!value.isTextual()) {
      throw new MalformedZnodeException(name + " is not a text");
    }
    return value.textValue();
  }

  private static long whole(JsonNode node, String name) throws MalformedZnodeException {
    JsonNode value = field(node, name);
    if (!value.isIntegralNumber() || !value.canConvertToLong()) {
      throw new MalformedZnodeException(name + " is not a whole number");
    }
    return value.longValue();
  }

  private static int integer(JsonNode node, String name) throws MalformedZnodeException {
    long value = whole(node, name);
    if (value != (int) value) {
      throw new MalformedZnodeException(name + " is too large");
    }
    return (int) value;
  }

  private static URI location(String text) throws MalformedZnodeException {
    try {
      return URI.create(text);
    } catch (IllegalArgumentException e) {
      throw new MalformedZnodeException("location is not a URI");
    }
  }

  private static ErrorKind kind(String name) throws MalformedZnodeException {
    try {
      return ErrorKind.valueOf(name);
    } catch (IllegalArgumentException e) {
      throw new MalformedZnodeException("kind is unknown");
    }
  }

  private static String shortened(String message) {
    return message.length() <= MOST_MESSAGE ? message : message.substring(0, MOST_MESSAGE) + "…";
  }
}
