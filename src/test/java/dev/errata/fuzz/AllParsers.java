package dev.errata.fuzz;

import dev.errata.cli.FactFileParsers;
import dev.errata.delta.DeltaParsers;
import dev.errata.experiment.ExperimentParsers;
import dev.errata.export.ExportParsers;
import dev.errata.memit.MemitParsers;
import dev.errata.safetensors.SafetensorsParsers;
import dev.errata.stream.event.EventParsers;
import dev.errata.stream.kafka.LogParsers;
import dev.errata.transformer.ModelParsers;
import java.util.List;
import java.util.stream.Stream;

/** Every parser of what somebody else wrote, as each room hands them out. */
final class AllParsers {
    private AllParsers() {}

    static List<Parser> all() {
        return Stream.of(
                        SafetensorsParsers.all(),
                        DeltaParsers.all(),
                        EventParsers.all(),
                        LogParsers.all(),
                        MemitParsers.all(),
                        ModelParsers.all(),
                        FactFileParsers.all(),
                        ExperimentParsers.all(),
                        ExportParsers.all())
                .flatMap(List::stream)
                .toList();
    }
}
