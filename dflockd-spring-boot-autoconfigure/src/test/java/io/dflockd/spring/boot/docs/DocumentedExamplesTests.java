package io.dflockd.spring.boot.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.spring.boot.docs.Markdown.Block;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/**
 * Every example in the documents is code that a test runs, or is checked here. See "Examples in documents" in
 * CONTRIBUTING.md.
 */
class DocumentedExamplesTests {

    private static final Set<String> CODE = Set.of("java", "kotlin");

    /** Other tests check them, or nothing on the machine of a developer can. */
    private static final Set<String> CHECKED_ELSEWHERE = Set.of("yaml", "properties", "mermaid", "dockerfile", "json");

    @Test
    void everyCodeExampleIsARegionOfATest() throws Exception {
        List<ExampleRegion> regions = ExampleRegion.all();
        List<Block> unknown = blocks(CODE).stream()
                .filter(block -> regions.stream().noneMatch(region -> region.isShownBy(block.text())))
                .toList();

        assertThat(unknown)
                .as("examples that are not the code between '// tag::name' and '// end::name' of a test")
                .isEmpty();
    }

    @Test
    void everyRegionIsShown() throws Exception {
        List<Block> blocks = blocks(CODE);
        assertThat(ExampleRegion.all())
                .isNotEmpty()
                .filteredOn(region -> blocks.stream().noneMatch(block -> region.isShownBy(block.text())))
                .as("regions that no document shows")
                .isEmpty();
    }

    @Test
    void everyRegionIsRunByATest() throws Exception {
        for (ExampleRegion region : ExampleRegion.all()) {
            assertThat(region.isRunByATest())
                    .as("a test class in the folder of " + region.file() + " names its class")
                    .isTrue();
        }
    }

    @Test
    void everyCommandIsKnown() throws Exception {
        for (Block block : blocks(Set.of("shell"))) {
            check(block, () -> ShellExample.check(block.text()));
        }
        for (Block block : blocks(Set.of("ini"))) {
            check(block, () -> ShellExample.checkUnit(block.text()));
        }
        for (String command : ShellExample.inline()) {
            ShellExample.check(command);
        }
    }

    @Test
    void everyDependencyIsOneOfThisBuild() throws Exception {
        for (Block block : blocks(Set.of("xml"))) {
            check(block, () -> DependencyExample.check(block.text()));
        }
    }

    @Test
    void everyBlockHasALanguageThatIsChecked() throws Exception {
        assertThat(Markdown.blocks())
                .filteredOn(block -> !CODE.contains(block.language())
                        && !CHECKED_ELSEWHERE.contains(block.language())
                        && !Set.of("shell", "ini", "xml").contains(block.language()))
                .as("expected ```java, ```shell, ```yaml or another language that a test knows")
                .isEmpty();
        assertThat(Markdown.indentedBlocks()).as("expected a fence").isEmpty();
    }

    private static List<Block> blocks(Set<String> languages) throws Exception {
        List<Block> blocks = new ArrayList<>(Markdown.blocks());
        blocks.removeIf(block -> !languages.contains(block.language()));
        assertThat(blocks).isNotEmpty();
        return blocks;
    }

    private static void check(Block block, Executable check) {
        try {
            check.execute();
        } catch (Throwable failure) {
            throw new AssertionError(block + ": " + failure.getMessage(), failure);
        }
    }
}
