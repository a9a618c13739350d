package dev.errata.export;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.errata.delta.Delta;
import dev.errata.delta.EditedTensor;
import dev.errata.delta.Version;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;

/** A whole model: the base's files, with the edited tensors in them. */
record ModelForm(BaseModel base, Path directory) implements Form {
    static final Loading LOADING = new Loading("transformers", "finetune", "python", List.of(
            "from transformers import AutoModelForCausalLM, AutoTokenizer",
            "",
            "model = AutoModelForCausalLM.from_pretrained(\".\")",
            "tokenizer = AutoTokenizer.from_pretrained(\".\")"));

    @Override
    public void delta(Version version, byte[] payload, Delta delta) {
        // The weights are all that is shipped.
    }

    @Override
    public void finish(SortedMap<String, EditedTensor> weights, ObjectNode told) throws IOException {
        EditedDirectory.copy(base.directory(), weights, directory);
    }

    @Override
    public Loading loading() {
        return LOADING;
    }

    @Override
    public List<String> remarks() {
        return List.of(
                "Edited tensors are F32, exact to the bit; all others are the base model's. Loaded in half precision, small edits are"
                        + " lost.");
    }
}
