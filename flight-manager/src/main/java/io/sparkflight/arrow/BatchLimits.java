package io.sparkflight.arrow;

public record BatchLimits(long targetBytes, int maxRows) implements java.io.Serializable {}
