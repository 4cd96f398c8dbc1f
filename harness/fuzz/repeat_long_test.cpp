// SPDX-License-Identifier: GPL-2.0-only
// No target keeps state: what it says of an input that comes first in its process it says after
// 100,000 others, too.
//
// Covers: the functions behind the targets. Does not cover: the hooks by which an engine makes inputs
// (mutator_test.cpp), what is kept on purpose for HMEMFUZZ_KEEP_GOING and HMEMFUZZ_WANTED, memory
// that a machine takes (run/repeat_long_test.cpp).
#include "fuzz/ownership.hpp"
#include "fuzz/repeat_testing.hpp"
#include "fuzz/resource_trees.hpp"
#include "fuzz/revisions_agree.hpp"
#include "fuzz/scenario_text.hpp"
#include "report/trace.hpp"
#include "run/testing.hpp"
#include "scenario/wire.hpp"
#include "scenario/words.hpp"

#include <algorithm>
#include <filesystem>

namespace fuzz::testing {
namespace {

constexpr int inputs_before = 100'000;

// ---------------------------------------------------------------- inputs

std::vector<std::string> texts_below(const char *folder)
{
    std::vector<std::string> paths;
    for (const auto &entry :
         std::filesystem::recursive_directory_iterator(std::string(HMEMFUZZ_SOURCE_DIR) + folder))
        if (entry.is_regular_file() && entry.path().extension() != ".md")
            paths.push_back(entry.path().string());
    std::sort(paths.begin(), paths.end());
    std::vector<std::string> texts;
    for (const std::string &path : paths)
        texts.push_back(run::testing::read_file(path));
    return texts;
}

Bytes bytes_of(std::string_view text) { return {text.begin(), text.end()}; }

// Some of what there is, so that it is all of its kinds.
std::vector<Bytes> every(std::size_t nth, const std::vector<Bytes> &all)
{
    std::vector<Bytes> some;
    for (std::size_t i = 0; i < all.size(); i += nth)
        some.push_back(all[i]);
    return some;
}

// The seeds, and from each a broken one: cut off, with a byte changed. Then random bytes: many few,
// few many.
std::vector<Bytes> mixed(const std::vector<Bytes> &seeds, std::size_t random_inputs)
{
    std::mt19937_64 random(20261125);
    const auto random_byte = [&] { return static_cast<std::uint8_t>(random()); };
    std::vector<Bytes> inputs = seeds;
    for (Bytes seed : seeds) {
        seed.resize(random() % (seed.size() + 1));
        if (!seed.empty())
            seed[random() % seed.size()] = random_byte();
        inputs.push_back(seed);
    }
    for (std::size_t i = 0; i < random_inputs; ++i) {
        Bytes bytes(random() % 200);
        std::generate(bytes.begin(), bytes.end(), random_byte);
        inputs.push_back(bytes);
    }
    for (const std::size_t size : {0, 1, 4096, 65'537, 1 << 20}) {
        Bytes bytes(size);
        inputs.push_back(bytes);
        std::generate(bytes.begin(), bytes.end(), random_byte);
        inputs.push_back(bytes);
    }
    return inputs;
}

std::vector<Bytes> wire_seeds()
{
    std::vector<Bytes> seeds;
    for (const char *folder : {"/regressions", "/corpus/fuzz_ownership"})
        for (const std::string &text : texts_below(folder))
            seeds.push_back(scenario::encode(run::testing::parse(text), drivers::revision_ids()));
    return seeds;
}

std::vector<Bytes> text_seeds(const char *folder)
{
    std::vector<Bytes> seeds;
    for (const std::string &text : texts_below(folder))
        seeds.push_back(bytes_of(text));
    return seeds;
}

// ---------------------------------------------------------------- targets

void write(std::FILE *file, std::string_view text)
{
    std::fwrite(text.data(), 1, text.size(), file);
    std::fputc('\n', file);
}

Target ownership_on(std::string_view revision)
{
    return [revision](const Bytes &input, std::FILE *seen) {
        const RunObserver observer = [&](const auto &scenario, const run::Result &result) {
            write(seen, report::trace(result, scenario));
            for (const auto &finding :
                 properties::findings(result.verdict, {scenario, result.events})) {
                const properties::Violation &violation = finding.violation;
                std::fprintf(seen, "%zu %zu ", violation.event, violation.other);
                write(seen, properties::identity(violation));
                write(seen, violation.detail);
                write(seen, finding.judgement.id);
            }
            for (const bool fired : result.fault_fired)
                std::fputs(fired ? "fired " : "not fired ", seen);
            std::fprintf(seen, "%zu violations, %zu unowned, %llu steps, %d %d %s\n",
                         result.verdict.size(), result.unowned.size(),
                         static_cast<unsigned long long>(result.steps), result.completed,
                         result.configurable,
                         result.unmodelled != nullptr ? result.unmodelled : "modelled");
        };
        return ownership(revision, input.data(), input.size(),
                         seen != nullptr ? observer : RunObserver());
    };
}

std::string_view text_of(const char *text) { return text != nullptr ? text : "-"; }

void write_story(std::FILE *file, std::string_view revision, const Story &story)
{
    std::string text(revision);
    for (const Shown &shown : story.shown)
        text += "\n" + shown.identity + " " + std::to_string(shown.range.start) + " " +
                std::to_string(shown.range.end);
    for (const properties::Owned &owned : story.owners)
        text += "\n" + scenario::owner_text(owned.range, owned.owner);
    text += "\ncompleted, configurable, modelled: ";
    for (const bool flag : {story.completed, story.configurable, story.modelled})
        text += flag ? "yes " : "no ";
    for (const kernel::Event &event : story.events) {
        text += "\n" + std::string(kernel::event_text(event.kind));
        for (const kernel::Name name : {event.object, event.other})
            text += " " + kernel::to_string(name);
        for (const std::uint64_t number :
             {std::uint64_t{event.detail}, std::uint64_t{event.task}, std::uint64_t{event.extra},
              static_cast<std::uint64_t>(event.value), event.start, event.end})
            text += " " + std::to_string(number);
        for (const char *function : {event.function, event.caller})
            text += " " + std::string(text_of(function));
    }
    write(file, text);
}

int agree(const Bytes &input, std::FILE *seen)
{
    const StoriesObserver observer = [&](const RevisionPair &pair, const Story &left,
                                         const Story &right) {
        write_story(seen, pair.left, left);
        write_story(seen, pair.right, right);
    };
    return revisions_agree(input.data(), input.size(),
                           seen != nullptr ? observer : StoriesObserver());
}

int trees(const Bytes &input, std::FILE *seen)
{
    const TreeObserver observer = [&](const ResourceTree &tree, const TreeOperation &operation,
                                      std::string_view wrong) {
        std::fprintf(seen, "%c%c%d ", operation.code, operation.kind, operation.item);
        write(seen, wrong);
        write(seen, tree.draw());
    };
    return resource_trees(input.data(), input.size(), seen != nullptr ? observer : TreeObserver());
}

int text(const Bytes &input, std::FILE *seen)
{
    const TextObserver observer = [&](const auto &read) {
        if (const auto *error = std::get_if<scenario::TextError>(&read)) {
            std::fprintf(seen, "%d:%d: ", error->line, error->column);
            write(seen, error->message);
        } else {
            write(seen, std::get<std::string>(read));
        }
    };
    return scenario_text(input.data(), input.size(), seen != nullptr ? observer : TextObserver());
}

void expect_same_again(const Target &target, const std::vector<Bytes> &inputs,
                       std::size_t ended_least)
{
    const Repetition result = repeat(target, inputs, inputs_before);
    EXPECT_EQ(result.differences, "");
    EXPECT_GE(result.inputs, 36u);
    EXPECT_GE(result.ended, ended_least);
    EXPECT_LE(2 * result.ended, result.inputs) << "there must be a past";
    EXPECT_GT(result.seen_bytes, 10 * result.inputs);
}

} // namespace

// ---------------------------------------------------------------- the targets

TEST(RepeatTargets, OwnershipOnMainlineSaysTheSameAfterAHundredThousandInputs)
{
    expect_same_again(ownership_on("mainline"), mixed(every(6, wire_seeds()), 40), 0);
}

TEST(RepeatTargets, OwnershipOnARevisionWithFindingsSaysTheSameAfterAHundredThousandInputs)
{
    expect_same_again(ownership_on("v7"), mixed(every(6, wire_seeds()), 40), 3);
}

// The earliest revision shows most.
TEST(RepeatTargets, OwnershipOnTheFirstRevisionSaysTheSameAfterAHundredThousandInputs)
{
    expect_same_again(ownership_on("v1"), mixed(every(6, wire_seeds()), 40), 3);
}

TEST(RepeatTargets, RevisionsAgreeSaysTheSameAfterAHundredThousandInputs)
{
    expect_same_again(agree, mixed(every(12, wire_seeds()), 40), 0);
}

TEST(RepeatTargets, ResourceTreesSaysTheSameAfterAHundredThousandInputs)
{
    expect_same_again(trees, mixed(text_seeds("/corpus/fuzz_resource_trees"), 40), 0);
}

TEST(RepeatTargets, ScenarioTextSaysTheSameAfterAHundredThousandInputs)
{
    expect_same_again(text, mixed(every(15, text_seeds("/corpus/fuzz_ownership")), 60), 0);
}

// ---------------------------------------------------------------- that a past would be seen

namespace {

const std::vector<Bytes> some_inputs = {{1}, {2, 2}, {}, {3}};

int stops_looking_after_a_thousand(const Bytes &input, std::FILE *)
{
    static int inputs = 0;
    if (++inputs <= 1000 && input == Bytes{3})
        std::abort();
    return 0;
}

int shows_the_input_before(const Bytes &input, std::FILE *seen)
{
    static std::size_t size_before = 0;
    if (seen != nullptr)
        std::fprintf(seen, "%zu", size_before);
    size_before = input.size() + 1;
    return 0;
}

int tells_an_open_finding_once(const Bytes &input, std::FILE *)
{
    static bool told = false;
    if (!told)
        std::fputs("open finding, going on: some lost-range:f\n", stderr);
    told = true;
    return input == Bytes{3} ? 3 : 0;
}

} // namespace

TEST(RepeatTargets, AFindingThatIsNotLookedForLaterIsSeen)
{
    EXPECT_EQ(repeat(stops_looking_after_a_thousand, some_inputs, 999).differences, "");
    EXPECT_EQ(repeat(stops_looking_after_a_thousand, some_inputs, 1000).differences,
              "input 3 of 1 bytes\n");
}

TEST(RepeatTargets, AnInputKeptIsSeenByWhoLooks)
{
    EXPECT_EQ(repeat(shows_the_input_before, some_inputs, 0).differences, "");
    EXPECT_EQ(repeat(shows_the_input_before, {{1}}, 1).differences, "input 0 of 1 bytes\n");
}

TEST(RepeatTargets, WhatIsToldOnceByContractIsNoDifference)
{
    const Repetition result = repeat(tells_an_open_finding_once, some_inputs, 10);
    EXPECT_EQ(result.differences, "");
    EXPECT_EQ(result.ended, 1u);
}

TEST(RepeatTargets, AnInputThatGoesOnFirstOnlyIsSeen)
{
    const Target third_aborts = [](const Bytes &, std::FILE *) {
        static int inputs = 0;
        if (++inputs == 3)
            std::abort();
        return 0;
    };
    EXPECT_NE(repeat(third_aborts, some_inputs, 3).differences, "");
}

} // namespace fuzz::testing
