package io.circles.launcher;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/// The table of modules and packages in the design, as rules: who may use whom, and which package
/// is the only one to use a library.
class ArchitectureTest {
    private static final JavaClasses ALL =
            new ClassFileImporter()
                    .withImportOption(new ImportOption.DoNotIncludeTests())
                    .withImportOption(location -> !location.contains("/io/circles/testing/"))
                    .importPackages("io.circles");

    /// A module, its packages and the modules that it may use.
    private record Module(String name, List<String> mayUse) {
        String packages() {
            return "io.circles." + name + "..";
        }
    }

    private static final List<Module> MODULES =
            List.of(
                    new Module("protocol", List.of()),
                    new Module("script", List.of("protocol")),
                    new Module("server", List.of("protocol", "script")),
                    new Module("client", List.of("protocol")),
                    new Module("launcher", List.of("protocol", "script", "server", "client")));

    /// Modules of the build of which nothing ships: no class of theirs is on the launcher's class
    /// path, but for the tests' own.
    private static final List<String> NOT_SHIPPED = List.of("testing", "examples", "benchmarks");

    /// A library and the packages that may use it.
    private record Library(String packages, List<String> users) {
        static Library of(String packages, String... users) {
            return new Library(packages, List.of(users));
        }
    }

    private static final List<Library> LIBRARIES =
            List.of(
                    Library.of("org.bouncycastle..", "io.circles.protocol.crypto"),
                    Library.of("fr.acinq..", "io.circles.protocol.crypto"),
                    Library.of("org.graalvm..", "io.circles.script.engine"),
                    Library.of("org.sqlite..", "io.circles.script.state"),
                    Library.of("com.zaxxer..", "io.circles.script.state"),
                    Library.of("org.flywaydb..", "io.circles.script.state"),
                    Library.of("org.postgresql..", "io.circles.script.state"),
                    Library.of("redis.clients..", "io.circles.script.redis"),
                    Library.of("java.sql..", "io.circles.script.state", "io.circles.server.store"),
                    Library.of("org.apache.hc..", "io.circles.script.host"),
                    Library.of("io.javalin..", "io.circles.server.transport"),
                    Library.of("org.eclipse.jetty..", "io.circles.server.transport"),
                    Library.of("jakarta..", "io.circles.server.transport"),
                    Library.of("kotlin..", "io.circles.server.transport"),
                    Library.of("io.micrometer..", "io.circles.server.metrics"),
                    Library.of("org.java_websocket..", "io.circles.client"),
                    Library.of(
                            "com.github.benmanes.caffeine..",
                            "io.circles.script..",
                            "io.circles.server.pace"),
                    Library.of("io.github.bucket4j..", "io.circles.server.pace"),
                    Library.of("picocli..", "io.circles.launcher"),
                    Library.of("org.jline..", "io.circles.launcher"),
                    Library.of("ch.qos.logback..", "io.circles.launcher"));

    /// What every module may use.
    private static final List<String> EVERYWHERE =
            List.of(
                    "java..",
                    "javax..",
                    "com.sun.management..",
                    "io.circles..",
                    "org.slf4j..",
                    "org.jspecify..",
                    "com.fasterxml.jackson..");

    @Test
    void everyModuleOfTheBuildIsInTheTableOrDoesNotShip() {
        Stream<String> shipped =
                Pattern.compile("<module>(.+)</module>")
                        .matcher(Page.content(Page.ROOT.resolve("pom.xml")))
                        .results()
                        .map(module -> module.group(1))
                        .filter(folder -> !NOT_SHIPPED.contains(folder))
                        .map(folder -> folder.replace("-ws", ""));

        assertThat(shipped)
                .containsExactlyInAnyOrderElementsOf(MODULES.stream().map(Module::name).toList());
    }

    @ParameterizedTest
    @FieldSource("MODULES")
    void theClassesOfEveryModuleAreSeen(Module module) {
        assertThat(ALL.that(resideInAPackage(module.packages()))).hasSizeGreaterThan(3);
    }

    @Test
    void everyClassBelongsToAModule() {
        String[] packages = MODULES.stream().map(Module::packages).toArray(String[]::new);

        assertThat(ALL.that(not(resideInAnyPackage(packages)))).isEmpty();
    }

    @ParameterizedTest
    @FieldSource("MODULES")
    void aModuleUsesOnlyThoseBelowIt(Module module) {
        String[] others =
                MODULES.stream()
                        .filter(
                                other ->
                                        !other.equals(module)
                                                && !module.mayUse.contains(other.name()))
                        .map(Module::packages)
                        .toArray(String[]::new);

        noClasses()
                .that()
                .resideInAPackage(module.packages())
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(others)
                .check(ALL);
    }

    @ParameterizedTest
    @FieldSource("LIBRARIES")
    void aLibraryHasOnePlace(Library library) {
        noClasses()
                .that()
                .resideOutsideOfPackages(library.users().toArray(String[]::new))
                .should()
                .dependOnClassesThat()
                .resideInAPackage(library.packages())
                .check(ALL);
    }

    @Test
    void aLibraryThatIsNotInTheTableIsNotUsed() {
        String[] known =
                Stream.concat(EVERYWHERE.stream(), LIBRARIES.stream().map(Library::packages))
                        .toArray(String[]::new);

        classes().should().onlyDependOnClassesThat().resideInAnyPackage(known).check(ALL);
    }

    /// A package and those of its own module that it may use.
    record Floor(String name, List<String> mayUse) {}

    static final List<Floor> FLOORS =
            List.of(
                    new Floor("io.circles.protocol.crypto", List.of()),
                    new Floor("io.circles.protocol", List.of("io.circles.protocol.crypto")),
                    new Floor("io.circles.script.state", List.of()),
                    new Floor("io.circles.script", List.of("io.circles.script.state")),
                    new Floor(
                            "io.circles.script.host",
                            List.of("io.circles.script", "io.circles.script.state")),
                    new Floor(
                            "io.circles.script.engine",
                            List.of(
                                    "io.circles.script",
                                    "io.circles.script.state",
                                    "io.circles.script.host")),
                    new Floor(
                            "io.circles.script.wire",
                            List.of("io.circles.script", "io.circles.script.state")),
                    new Floor("io.circles.script.queue", List.of("io.circles.script")),
                    new Floor("io.circles.script.bus", List.of()),
                    new Floor(
                            "io.circles.script.worker",
                            List.of(
                                    "io.circles.script.queue",
                                    "io.circles.script",
                                    "io.circles.script.wire",
                                    "io.circles.script.state",
                                    "io.circles.script.engine")),
                    new Floor(
                            "io.circles.script.redis",
                            List.of(
                                    "io.circles.script.bus",
                                    "io.circles.script.queue",
                                    "io.circles.script",
                                    "io.circles.script.wire",
                                    "io.circles.script.state",
                                    "io.circles.script.worker")),
                    new Floor("io.circles.server.transport", List.of()),
                    new Floor("io.circles.server.session", List.of()),
                    new Floor("io.circles.server.event", List.of("io.circles.server.transport")),
                    new Floor("io.circles.server.store", List.of()),
                    new Floor("io.circles.server.pace", List.of("io.circles.server.store")),
                    new Floor(
                            "io.circles.server.sigsocket",
                            List.of("io.circles.server.pace", "io.circles.server.store")),
                    new Floor("io.circles.server.webhook.provider", List.of()),
                    new Floor(
                            "io.circles.server.webhook",
                            List.of(
                                    "io.circles.server.webhook.provider",
                                    "io.circles.server.transport",
                                    "io.circles.server.pace",
                                    "io.circles.server.store")),
                    new Floor(
                            "io.circles.server.sigsocket.original",
                            List.of(
                                    "io.circles.server.sigsocket",
                                    "io.circles.server.pace",
                                    "io.circles.server.transport")),
                    new Floor(
                            "io.circles.server.mpc",
                            List.of(
                                    "io.circles.server.store",
                                    "io.circles.server.pace",
                                    "io.circles.server.transport")),
                    new Floor(
                            "io.circles.server.mpc.original",
                            List.of("io.circles.server.mpc", "io.circles.server.transport")),
                    new Floor(
                            "io.circles.server.rpc",
                            List.of(
                                    "io.circles.server.transport",
                                    "io.circles.server.session",
                                    "io.circles.server.event",
                                    "io.circles.server.sigsocket",
                                    "io.circles.server.mpc")),
                    new Floor(
                            "io.circles.server.metrics",
                            List.of(
                                    "io.circles.server.transport",
                                    "io.circles.server.sigsocket",
                                    "io.circles.server.webhook",
                                    "io.circles.server.mpc",
                                    "io.circles.server.rpc")),
                    new Floor(
                            "io.circles.server.circle",
                            List.of(
                                    "io.circles.server.webhook",
                                    "io.circles.server.pace",
                                    "io.circles.server.store",
                                    "io.circles.server.rpc",
                                    "io.circles.server.session",
                                    "io.circles.server.event",
                                    "io.circles.server.mpc")));

    @ParameterizedTest
    @FieldSource("FLOORS")
    void aPackageUsesOnlyThoseBelowIt(Floor floor) {
        String module = floor.name.split("[.]", -1)[2];
        Stream<String> ownAndBelow = Stream.concat(Stream.of(floor.name), floor.mayUse.stream());
        noClasses()
                .that()
                .resideInAPackage(floor.name)
                .should()
                .dependOnClassesThat(
                        resideInAPackage("io.circles." + module + "..")
                                .and(resideOutsideOfPackages(ownAndBelow.toArray(String[]::new))))
                .check(ALL);
    }

    @Test
    void packagesHaveNoCycles() {
        slices().matching("io.circles.(**)").should().beFreeOfCycles().check(ALL);
    }
}
