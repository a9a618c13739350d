package dev.errata.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.errata.stream.FactEvent;
import dev.errata.stream.event.FactDocuments;
import java.util.List;

/** Publishes by {@code POST /facts}. */
record RestSink(ServiceClient client) implements FactSink {
    @Override
    public void publish(List<FactEvent> events) {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        ArrayNode facts = body.putArray("facts");
        events.forEach(event -> facts.add(FactDocuments.write(event)));
        client.post(new ServiceClient.Target("/facts"), body);
    }

    @Override
    public void close() {}
}
