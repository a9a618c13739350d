package dev.errata.export;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.errata.delta.Delta;
import dev.errata.delta.EditedTensor;
import dev.errata.delta.Version;
import java.io.IOException;
import java.util.List;
import java.util.SortedMap;

/** How a version's files are made, while its weights are. One thread. */
interface Form {
    /** A delta of the path goes by. */
    void delta(Version version, byte[] payload, Delta delta) throws IOException;

    /**
     * Writes what is left to write.
     *
     * @param weights of the version
     * @param told what is to be said in the statement besides
     */
    void finish(SortedMap<String, EditedTensor> weights, ObjectNode told) throws IOException;

    /** For the card's head: the library that loads it, what it is to the base, and how it is loaded. */
    Loading loading();

    /** Lines of the card on what is particular to this form. */
    List<String> remarks();

    /** @param code lines that load it */
    record Loading(String library, String relation, String language, List<String> code) {}
}
