package dev.errata.stream.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errata.stream.Acls;
import dev.errata.stream.ModelLine;
import dev.errata.stream.Topic;
import dev.errata.stream.Topics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourceType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code deploy/acls.sh} names what the code uses, all of it and nothing else. That it is enough, SecuredPathIT shows. */
class AclsTest {
    private static final ModelLine LINE = new ModelLine(new Topics("mine."), "tiny");

    private static Set<String> names(String role, ResourceType type, PatternType pattern) {
        return Acls.of(role, LINE).stream()
                .filter(acl -> acl.pattern().resourceType() == type && acl.pattern().patternType() == pattern)
                .map(acl -> acl.pattern().name())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<String> writable(String role) {
        return Acls.of(role, LINE).stream()
                .filter(acl -> acl.pattern().resourceType() == ResourceType.TOPIC && acl.entry().operation() == AclOperation.WRITE)
                .map(acl -> acl.pattern().name())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static List<String> topics(Topic... topics) {
        return Arrays.stream(topics).map(LINE::topic).toList();
    }

    @Test
    void shouldNameEveryTopicForTheServiceAndForReaders() {
        assertThat(names("service", ResourceType.TOPIC, PatternType.LITERAL)).containsExactlyInAnyOrderElementsOf(topics(Topic.values()));
        assertThat(names("reader", ResourceType.TOPIC, PatternType.LITERAL)).containsExactlyInAnyOrderElementsOf(topics(Topic.values()));
        assertThat(writable("service")).containsExactlyInAnyOrderElementsOf(topics(Topic.values()));
    }

    @Test
    void shouldLetOnlyTheServiceWriteWhatModelsAreMadeOf() {
        assertThat(writable("reader")).isEmpty();
        assertThat(writable("publisher")).containsExactlyElementsOf(topics(Topic.FACTS));
        assertThat(writable("operator")).containsExactlyInAnyOrderElementsOf(topics(Topic.FACTS, Topic.BATCHES, Topic.TAGS, Topic.AUDIT));
    }

    @Test
    void shouldNameTheGroupsAndTransactionalIdsThatTheCodeUses() {
        List<String> roles = List.of(LINE.role(KafkaIntakeLog.ROLE), LINE.role(KafkaEditLog.ROLE));

        assertThat(names("service", ResourceType.GROUP, PatternType.LITERAL)).containsExactlyElementsOf(roles);
        assertThat(names("service", ResourceType.TRANSACTIONAL_ID, PatternType.LITERAL)).containsExactlyElementsOf(roles);
        for (String role : List.of("service", "operator")) {
            assertThat(names(role, ResourceType.TRANSACTIONAL_ID, PatternType.PREFIXED))
                    .containsExactly(LINE.role(OperatorLog.ROLE) + ".");
        }
    }

    @Test
    void shouldNameTheGroupsOfTheChannels() throws IOException {
        String settings = Files.readString(Path.of("src/main/resources/application.properties"));
        List<String> groups = Pattern.compile("group\\.id=(.*)").matcher(settings).results().map(found -> found.group(1)).toList();
        Set<String> prefixes = names("service", ResourceType.GROUP, PatternType.PREFIXED);

        assertThat(groups).hasSize(6).allSatisfy(group -> assertThat(prefixes).anyMatch(group::startsWith));
    }

    @Test
    void shouldLetReadersAskHowFarTheLineHasComeAndBeInNoGroup() {
        assertThat(names("reader", ResourceType.GROUP, PatternType.LITERAL))
                .containsExactly(LINE.role(KafkaIntakeLog.ROLE), LINE.role(KafkaEditLog.ROLE));
        assertThat(names("reader", ResourceType.GROUP, PatternType.PREFIXED)).isEmpty();
        assertThat(Acls.of("reader", LINE)).filteredOn(acl -> acl.pattern().resourceType() == ResourceType.GROUP)
                .extracting(acl -> acl.entry().operation()).containsOnly(AclOperation.DESCRIBE);
    }

    @ParameterizedTest
    @CsvSource({"publisher", "operator"})
    void shouldGiveNoGroupToAnybodyElse(String role) {
        assertThat(names(role, ResourceType.GROUP, PatternType.LITERAL)).isEmpty();
        assertThat(names(role, ResourceType.GROUP, PatternType.PREFIXED)).isEmpty();
    }

    @Test
    void shouldDescribeEveryRole() throws IOException {
        String document = Files.readString(Path.of("deploy/ACLS.md"));

        assertThat(Acls.ROLES).allSatisfy(role -> assertThat(document).contains("| `" + role + "` |"));
    }
}
