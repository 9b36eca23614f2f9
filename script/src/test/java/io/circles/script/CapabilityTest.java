package io.circles.script;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CapabilityTest {
    @Test
    void aCapabilityIsFoundByItsWordAndNothingElse() {
        for (Capability capability : Capability.values()) {
            assertThat(Capability.of(capability.word())).contains(capability);
        }
        assertThat(Capability.ADMIN.word()).isEqualTo("admin");
        assertThat(Capability.of("ADMIN")).isEmpty();
        assertThat(Capability.of("fly")).isEmpty();
    }
}
