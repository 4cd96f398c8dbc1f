// SPDX-License-Identifier: GPL-2.0-only
// The text form: what is read, what is printed, what is refused and with which words.
//
// Covers: text.hpp, sentences.hpp and words.hpp through it, text_depth.hpp. Round trips of
// scenarios that come from bytes are in wire_test.cpp.
#include "scenario/test_scenarios.hpp"
#include "scenario/text.hpp"
#include "scenario/text_depth.hpp"
#include "scenario/words.hpp"

#include <gtest/gtest.h>

namespace scenario {
namespace {

using test::Random;

Scenario parsed(std::string_view text)
{
    const auto result = parse_text(text);
    if (const auto *error = std::get_if<TextError>(&result)) {
        ADD_FAILURE() << error->line << ':' << error->column << ": " << error->message << '\n'
                      << text;
        return {};
    }
    return std::get<Scenario>(result);
}

TextError refused(std::string_view text)
{
    const auto result = parse_text(text);
    if (const auto *error = std::get_if<TextError>(&result))
        return *error;
    ADD_FAILURE() << "read without an error:\n" << text;
    return {0, 0, ""};
}

std::string repeated(std::string_view text, std::size_t times)
{
    std::string result;
    while (times-- > 0)
        result += text;
    return result;
}

TEST(Text, EmptyFileIsTheEmptyScenario)
{
    EXPECT_EQ(parsed(""), Scenario{});
    EXPECT_EQ(parsed("# only a comment\n"), Scenario{});
    EXPECT_EQ(parsed("[layout]\n[expect]\n"), Scenario{});
    EXPECT_EQ(print_text(Scenario{}), "");
}

TEST(Text, DesignExampleIsRead)
{
    const Scenario scenario = parsed(R"(
title = "V7-1, V7-2: flush before any hmem_platform device probed"
[layout]
soft_reserved = []
windows = [ { name = "window0", range = "0x850000000-0x284FFFFFFF" } ]
[[actor]]
name = "admin"
ops = ["modprobe dax_cxl"]
[expect]
v8             = []
v7             = ["uninitialized-work:cxl_dax_region_driver_register", "uninitialized-work:dax_hmem_exit"]
)");
    Scenario expected;
    expected.title = "V7-1, V7-2: flush before any hmem_platform device probed";
    expected.layout.windows = {{0, {0x850000000, 0x284fffffff}}};
    expected.actors = {
        {"admin", {{OperationCode::modprobe, kernel::name_of(kernel::Word::dax_cxl)}}}};
    expected.expect = {{"v8", {}},
                       {"v7",
                        {"uninitialized-work:cxl_dax_region_driver_register",
                         "uninitialized-work:dax_hmem_exit"}}};
    EXPECT_EQ(scenario, expected);
}

TEST(Text, EveryFieldIsReadIntoItsPlace)
{
    const Scenario scenario = parsed(test::everything);
    const Layout &layout = scenario.layout;
    EXPECT_EQ(scenario.title, "everything \"at\" once: \\ \a \xc3\xa9");
    EXPECT_EQ(scenario.revision, "v7-static-init");
    EXPECT_TRUE(scenario.open);
    ASSERT_EQ(layout.soft_reserved.size(), 3u);
    EXPECT_EQ(layout.soft_reserved[1], (MemoryRange{{0x100000000, 0x10fffffff}, 255}));
    EXPECT_EQ(layout.soft_reserved[2].node, no_node);
    ASSERT_EQ(layout.hmat.size(), 1u);
    EXPECT_EQ(layout.hmat[0].range, (Range{0, ~std::uint64_t{0}}));
    ASSERT_EQ(layout.windows.size(), 2u);
    EXPECT_EQ(layout.windows[1], (Window{15, {1, 1}}));
    ASSERT_EQ(layout.regions.size(), 4u);
    EXPECT_EQ(layout.regions[1],
              (Region{0, {0x110000000, 0x12fffffff}, Assembly::late, Mode::pmem, true}));
    ASSERT_EQ(scenario.shows.size(), 4u);
    EXPECT_EQ(scenario.shows[0], (Shown{"V7-1",
                                        {"uninitialized-work:cxl_dax_region_driver_register",
                                         "0x850000000-0x284fffffff hmem-unusable"},
                                        {"v7", "v7-gated-exit"}}));
    EXPECT_EQ(scenario.shows[1], (Shown{"V8-3a", {}, {}}));
    EXPECT_EQ(scenario.shows[2], (Shown{"P0-1", {"n/a"}, {}}));
    EXPECT_EQ(scenario.shows[3], (Shown{"window-withdrawn", {}, {"pre"}, {"v1", "v4"}}));
    EXPECT_EQ(scenario.source, "abuOLq6bMPa0nNAL@aschofie-mobl2.lan; f8dc1bde1873");
    EXPECT_EQ(layout.hmem_platform_1, (MemoryRange{{0x200000000, 0x21fffffff}, 7}));
    EXPECT_EQ(layout.config, (Config{false, false, false, true, true, {0b0101}, {0b11}}));
    EXPECT_TRUE(layout.config.builtin.has(Word::cxl_acpi));
    EXPECT_FALSE(layout.config.builtin.has(Word::dax_cxl));
    EXPECT_TRUE(layout.config.async_probe.has(Word::hmem_platform));
    ASSERT_EQ(scenario.actors.size(), 2u);
    EXPECT_EQ(scenario.actors[0].operations.size(), 16u);
    EXPECT_EQ(scenario.actors[0].operations[7],
              (Operation{OperationCode::bind, kernel::name_of(Word::hmem, 15, hmem_by_index)}));
    EXPECT_EQ(scenario.actors[0].operations[13],
              (Operation{OperationCode::slow_probe_start, kernel::name_of(Word::slow)}));
    EXPECT_EQ(scenario.actors[0].operations[15], (Operation{OperationCode::add, second_platform}));
    EXPECT_EQ(scenario.actors[1].operations,
              (std::vector<Operation>{{OperationCode::unbind, second_platform},
                                      {OperationCode::del, second_platform}}));
    ASSERT_EQ(scenario.expect.size(), 4u);
    EXPECT_EQ(scenario.expect[2].verdict, (std::vector<std::string>{"not-fired", "lost-range:-"}));
    EXPECT_EQ(scenario.expect[3].verdict, std::vector<std::string>{"n/a"});
}

TEST(Text, SetsPrintInTheOrderOfTheirTable)
{
    const Scenario scenario =
        parsed("[layout]\nconfig = { async_probe = ['hmem'], builtin = ['cxl_pci', 'dax_cxl'] }\n");
    EXPECT_EQ(print_text(scenario),
              "[layout]\n"
              "config = { builtin = [\"dax_cxl\", \"cxl_pci\"], async_probe = [\"hmem\"] }\n");
}

TEST(Text, SwitchesAndFaultsAreReadIntoTheirPlaces)
{
    const Scenario scenario = parsed(test::everything);
    ASSERT_EQ(scenario.switches.size(), 10u);
    const Switch &named = scenario.switches[0];
    EXPECT_EQ(named.role, kernel::actor_role(0));
    EXPECT_EQ(named.point, kernel::Point::queue_work);
    EXPECT_EQ(named.object, kernel::name_of(Word::resolution));
    EXPECT_EQ(named.arrival, 2);
    EXPECT_EQ(named.target, kernel::role_of(Word::resolution));
    EXPECT_EQ(scenario.switches[1].object, kernel::name_of(Word::hmem));
    EXPECT_EQ(scenario.switches[1].target,
              kernel::role_of(Word::probe, kernel::name_of(Word::hmem_platform, 0)));
    EXPECT_EQ(scenario.switches[2].object, kernel::name_of(Word::dax, 12, 3));
    EXPECT_EQ(scenario.switches[4].object, kernel::Name{});
    EXPECT_EQ(scenario.switches[4].target, kernel::actor_role(1));
    EXPECT_EQ(scenario.switches[5].occasion, kernel::Occasion::blocks);
    EXPECT_EQ(scenario.switches[5].object, kernel::name_of(Word::cxl_region_rwsem));
    EXPECT_EQ(scenario.switches[5].arrival, 2);
    EXPECT_EQ(scenario.switches[6].occasion, kernel::Occasion::ends);
    EXPECT_EQ(scenario.switches[6].target, kernel::actor_role(1));
    EXPECT_TRUE(scenario.switches[7].indexed);
    EXPECT_EQ(scenario.switches[7].occasion, kernel::Occasion::blocks);
    EXPECT_EQ(scenario.switches[7].gap, 257);
    EXPECT_TRUE(scenario.switches[8].indexed);
    EXPECT_EQ(scenario.switches[8].occasion, kernel::Occasion::before);
    EXPECT_EQ(scenario.switches[8].gap, 37);
    EXPECT_EQ(scenario.switches[8].pick, 2);
    ASSERT_EQ(scenario.faults.size(), 3u);
    EXPECT_EQ(scenario.faults[0].site, kernel::Site::driver_register);
    EXPECT_EQ(scenario.faults[0].object, kernel::name_of(Word::hmem));
    EXPECT_EQ(scenario.faults[1].count, 256);
    EXPECT_TRUE(scenario.faults[2].nth);
    EXPECT_EQ(scenario.faults[2].count, 3);
}

TEST(Text, ExpectationsKeepTheOrderOfTheFile)
{
    const Scenario scenario = parsed("[expect]\nv8 = []\nmainline = []\nv1 = []\n");
    ASSERT_EQ(scenario.expect.size(), 3u);
    EXPECT_EQ(scenario.expect[0].revision, "v8");
    EXPECT_EQ(scenario.expect[1].revision, "mainline");
    EXPECT_EQ(scenario.expect[2].revision, "v1");
}

TEST(Text, CanonicalTextPrintsAsItStands)
{
    // Lists over 100 columns print one item a line; these two stand on one in the sample.
    std::string expected(test::everything);
    const auto wrap = [&](std::string_view key) {
        const auto start = expected.find(std::string(key) + " = [");
        auto open = expected.find('[', start);
        const auto end = expected.find("]\n", open);
        std::string items = expected.substr(open + 1, end - open - 1);
        for (std::size_t at = 0; (at = items.find(", ", at)) != items.npos;) {
            const char before = items[at - 1];
            if (before == '}' || (key == "faults" && before == '"'))
                items.replace(at, 2, ",\n    ");
            ++at;
        }
        expected.replace(open, end + 1 - open, "[\n    " + items + ",\n]");
    };
    wrap("faults");
    wrap("windows");
    EXPECT_EQ(print_text(parsed(test::everything)), expected);
}

TEST(Text, PrintedTextIsAFixpoint)
{
    const Scenario scenario = parsed(test::everything);
    const std::string text = print_text(scenario);
    EXPECT_EQ(parsed(text), scenario);
    EXPECT_EQ(print_text(parsed(text)), text);
}

TEST(Text, DefaultsAreNotPrinted)
{
    Scenario scenario;
    scenario.layout.soft_reserved = {{{0x1000, 0x1fff}, 0}};
    scenario.layout.regions = {{4, {0x1000, 0x1fff}, Assembly::ok, Mode::ram, false}};
    EXPECT_EQ(print_text(scenario),
              "[layout]\n"
              "soft_reserved = [{ range = \"0x1000-0x1fff\" }]\n"
              "regions = [{ name = \"region4\", range = \"0x1000-0x1fff\" }]\n");
}

TEST(Text, RandomScenariosReadAsTheyWerePrinted)
{
    Random random(1);
    for (int i = 0; i < 400; ++i) {
        const Scenario scenario = test::random_scenario(random);
        const std::string text = print_text(scenario);
        ASSERT_LE(text.size(), bounds::text_bytes_max);
        ASSERT_EQ(parsed(text), scenario) << text;
        ASSERT_EQ(print_text(parsed(text)), text);
    }
}

TEST(Text, AnyUnicodeTitleReadsAsItWasPrinted)
{
    const auto append = [](std::string &text, std::uint32_t c) {
        if (c < 0x80)
            text += static_cast<char>(c);
        else if (c < 0x800)
            text += {static_cast<char>(0xc0 | c >> 6), static_cast<char>(0x80 | (c & 63))};
        else if (c < 0x10000)
            text += {static_cast<char>(0xe0 | c >> 12), static_cast<char>(0x80 | (c >> 6 & 63)),
                     static_cast<char>(0x80 | (c & 63))};
        else
            text += {static_cast<char>(0xf0 | c >> 18), static_cast<char>(0x80 | (c >> 12 & 63)),
                     static_cast<char>(0x80 | (c >> 6 & 63)), static_cast<char>(0x80 | (c & 63))};
    };
    for (std::uint32_t first = 0; first < 0x110000; first += 128) {
        if (first >= 0xd800 && first < 0xe000)
            continue; // surrogates are no characters
        Scenario scenario;
        for (std::uint32_t c = first; c < first + 128; ++c)
            append(scenario.title, c);
        ASSERT_EQ(parsed(print_text(scenario)), scenario) << "U+" << std::hex << first;
    }
}

// Edits of good text, at random: never a crash (see the sanitizer builds), and what is read after
// all is as good as any scenario.
TEST(Text, EditedTextIsReadOrRefusedAndNothingElse)
{
    Random random(2);
    const std::string good = print_text(parsed(test::everything));
    constexpr std::string_view bytes = "\"'[]{}=,.#\n\\ 019axhmem-_:\0\xff\xc3\x80+";
    int read = 0;
    for (int i = 0; i < 4000; ++i) {
        std::string text = good;
        for (unsigned edits = 1 + test::below(random, 3); edits > 0; --edits) {
            const auto at = test::below(random, text.size());
            const char byte = bytes[test::below(random, bytes.size())];
            if (test::below(random, 3) == 0)
                text.erase(at, 1 + test::below(random, 20));
            else if (test::below(random, 2) == 0)
                text.insert(at, 1, byte);
            else
                text[at] = byte;
        }
        const auto result = parse_text(text);
        if (const auto *error = std::get_if<TextError>(&result)) {
            ASSERT_FALSE(error->message.empty());
            ASSERT_GE(error->line, 1);
            ASSERT_GE(error->column, 1);
        } else {
            ++read;
            ASSERT_EQ(parsed(print_text(std::get<Scenario>(result))), std::get<Scenario>(result));
        }
    }
    EXPECT_GT(read, 100);
}

TEST(TextDepth, DotsInStringsAndCommentsDoNotCount)
{
    EXPECT_FALSE(find_deep_key("title = \"...........\" # ...........\n"));
    EXPECT_FALSE(find_deep_key("title = '...........'\n'...........' = 1\n"));
    EXPECT_FALSE(
        find_deep_key("t = \"\"\"\n..........\\\"\"\"..\"\"\"\"\"\nu = '''\n..........'''"));
    EXPECT_FALSE(find_deep_key("title = \"\\\"..........\""));
    EXPECT_FALSE(find_deep_key("title = \"\\\\\" # \"..........\""));
    EXPECT_FALSE(find_deep_key("a = ['\\', '..........']"));
    EXPECT_FALSE(find_deep_key("a = ['''b'''', '..........']"));
    EXPECT_FALSE(find_deep_key("a = [1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0]"));
    EXPECT_FALSE(find_deep_key("a.a.a.a.a.a.a.a.a = 1\na.b = 1\n"));
}

TEST(TextDepth, DeepKeysAreFoundAfterStringsToo)
{
    const auto position = find_deep_key("t = \"é\\\"\"\n[\"é\".b.c.d.e.f.g.h.i.j]\n");
    ASSERT_TRUE(position);
    EXPECT_EQ(position->line, 2);
    EXPECT_EQ(position->column, 21);
    EXPECT_TRUE(find_deep_key("t = '''a''''\na.a.a.a.a.a.a.a.a.a = 1"));
    EXPECT_TRUE(find_deep_key("t = \"\\\\\"\na.a.a.a.a.a.a.a.a.a = 1"));
}

TEST(TextDepth, KeysThatWouldExhaustTheStackAreRefused)
{
    EXPECT_EQ(refused(repeated("a.", 500'000) + "a = 1").message, "a key has more than 8 dots");
    EXPECT_EQ(refused("[" + repeated("a.", 500'000) + "a]").message, "a key has more than 8 dots");
    EXPECT_EQ(refused("a = " + repeated("{a=", 300'000)).line, 1);
    EXPECT_EQ(refused("a = " + repeated("[", 1'000'000)).line, 1);
}

// Inputs that end the process when toml++ 3.3 is used as it comes; see toml.hpp.
TEST(Text, WhatKillsTheTomlParserIsRefused)
{
    EXPECT_EQ(refused("a = [ } ]").line, 1);
    EXPECT_EQ(refused("a = [\n\xc3\xa9]").line, 2);
    EXPECT_EQ(refused("\xc3\xa9 = 1").line, 1);
    EXPECT_EQ(refused("a =0989-['[\xef\xbb\xb6 \xef\xbb\xbf").line, 1);
    EXPECT_EQ(refused(" a=2\"={op0tr1979-05-2\xc9\xa9").line, 1);
}

TEST(Text, OverlongTextIsRefused)
{
    const std::string text(bounds::text_bytes_max, '\n');
    EXPECT_EQ(parsed(text), Scenario{});
    EXPECT_EQ(refused(text + "\n").message,
              "the text has 1048577 bytes, at most 1048576 are allowed");
}

TEST(TextEntries, OfTheCatalogueAndOfPostedLayoutsAreRead)
{
    for (const std::string entry : {"V7-1", "V8-3a", "ML-24", "T-S1", "T-S10", "T-L1", "T-T0a",
                                    "T-T1d", "T-T2.1", "T-T2.1b"}) {
        EXPECT_TRUE(is_catalogued(entry)) << entry;
        const auto parsed = parse_text("[[shows]]\nentry = '" + entry + "'");
        ASSERT_TRUE(std::holds_alternative<Scenario>(parsed)) << entry;
        EXPECT_EQ(std::get<Scenario>(parsed).shows.at(0).entry, entry);
    }
    EXPECT_FALSE(is_catalogued("window-withdrawn"));
}

} // namespace
} // namespace scenario
