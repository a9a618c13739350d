package dev.errata.export;

import java.util.Locale;

/** As what a version is shipped. */
public enum Format {
    /** A whole model in Hugging Face layout. */
    SAFETENSORS,
    /** A LoRA adapter that PEFT loads on the base. */
    PEFT,
    /** A file for each version, to be applied with {@code errata apply}. */
    DELTA;

    /** As it is written in statements and on command lines. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
