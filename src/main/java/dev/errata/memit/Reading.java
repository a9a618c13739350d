package dev.errata.memit;

/**
 * How far the text of a covariance has been read.
 *
 * @param tokens counted so far
 * @param fraction of what is to be read at most, 0 to 1: of the tokens asked for or of the text's bytes, whichever is further
 * @param standardError of C by now, relative ({@link SplitHalf}); NaN before both halves have some
 */
public record Reading(long tokens, double fraction, double standardError) {}
