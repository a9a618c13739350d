package dev.errata.memit;
import ai.djl.Device;
import dev.errata.transformer.*;
import com.fasterxml.jackson.databind.*;
import java.nio.file.*;
import java.util.*;
import org.junit.jupiter.api.Test;
class ScratchTest {
  @Test void run() throws Exception {
    Path d = Path.of("/work/shared/oracle/gptj");
    JsonNode m = new ObjectMapper().readTree(d.resolve("memit/memit.json").toFile());
    HyperParameters hp = HyperParameters.parse(m.get("hparams").toString());
    Contexts ctx = Contexts.parse(m.get("context_templates").toString());
    try (CausalLm lm = CausalLm.load(d.resolve("model"), Device.cpu())) {
      List<EditRequest> rs = new ArrayList<>();
      m.get("batch1").forEach(r -> rs.add(new EditRequest(r.get("prompt").asText(), r.get("subject").asText(), r.get("target_new").get("str").asText())));
      for (int k = 0; k < 2; k++) {
      long t = System.nanoTime();
      List<TargetResult> res = new TargetSearch(lm, hp, ctx, k == 0 ? 32 : 2).search(rs, Overlay.NONE, TargetListener.NONE);
      System.out.println("seconds " + (System.nanoTime() - t) / 1e9);
      for (int i = 0; i < rs.size(); i++) {
        var f = (TargetResult.Found) res.get(i);
        JsonNode q = m.get("requests").get("batch1").get(i);
        double worst = 0;
        for (int s = 0; s < f.trace().size(); s++) worst = Math.max(worst, Math.abs(f.trace().get(s).total() - q.get("steps").get(s).get("total").asDouble()));
        System.out.println(i + " " + f.trace().size() + "/" + q.get("forwards") + " worst total diff " + worst + " last " + f.nll());
      }}
    }
  }
}
