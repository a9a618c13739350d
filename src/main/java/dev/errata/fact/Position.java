package dev.errata.fact;

/** Where a record stands in the facts topic; what makes one reading of one event unique even when the event is sent twice. */
public record Position(int partition, long offset) {
    @Override
    public String toString() {
        return partition + "@" + offset;
    }
}
