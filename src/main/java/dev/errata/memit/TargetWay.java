package dev.errata.memit;

import dev.errata.transformer.Overlay;
import java.util.List;

/** How the facts of a search are brought through the model. */
interface TargetWay {
    /** @return one result for each fact, in their order */
    List<TargetResult> search(List<FactRows> facts, Overlay anchor, TargetListener listener);
}
