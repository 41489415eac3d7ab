package io.sparkflight.error;

/**
 * Keeps a sentence within what a gRPC status may carry: clients refuse headers above 8 KiB, in
 * which every byte that is not printable ASCII takes three.
 */
final class WireText {
  private static final int MOST_ENCODED = 4_096;
  private static final String MORE = " …";

  private WireText() {}

  static String fit(String sentence) {
    int encoded = 0;
    int at = 0;
    while (at < sentence.length()) {
      int point = sentence.codePointAt(at);
      encoded += encodedLength(point);
      if (encoded > MOST_ENCODED) {
        return sentence.substring(0, at) + MORE;
      }
      at += Character.charCount(point);
    }
    return sentence;
  }

  private static int encodedLength(int point) {
    if (point >= ' ' && point < 0x7f && point != '%') {
      return 1;
    }
    int bytes = point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
    return 3 * bytes;
  }
}
