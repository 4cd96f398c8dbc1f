// SPDX-License-Identifier: GPL-2.0-only
// Covers: what fuzz_scenario_text asks, on texts of every kind, and that each rule is broken by a
// text form with that mistake. Does not cover: the text form itself
// (scenario/text_test.cpp).
#include "fuzz/scenario_text.hpp"

#include <gtest/gtest.h>

#include <cstdio>
#include <random>
#include <string>
#include <utility>
#include <variant>

namespace fuzz {

TEST(ScenarioText, ScenariosAndMistakesAreBothRight)
{
    for (const char *text :
         {"", "\n", "open = true", "title = \"\"\"a\n", "\xff", "a = [", "[layout]\nwindows = 1",
          "[[actor]]\nname = 'a'\nops = ['modprobe dax_cxl']"})
        EXPECT_EQ(broken_rule_of_text(text), "") << text;
}

TEST(ScenarioText, RandomEditsOfAScenarioAreRight)
{
    const std::string scenario = "title = 'ä'\n[layout]\nwindows = [{ name = 'window0', range = "
                                 "'0x0-0xf' }]\n[[actor]]\nname = 'a'\nops = ['rmmod dax_hmem']\n";
    std::mt19937_64 random(1);
    for (int i = 0; i < 2'000; ++i) {
        std::string text = scenario;
        for (auto edits = 1 + random() % 3; edits > 0; --edits)
            text[random() % text.size()] = "\n\"'[]{}=,.#a0\xc3"[random() % 14];
        EXPECT_EQ(broken_rule_of_text(text), "") << text;
    }
}

namespace {

using scenario::Scenario;
using scenario::TextError;
using Parsed = std::variant<Scenario, TextError>;

TextError error_at(int line, int column, std::string message = "wrong")
{
    TextError error;
    error.line = line;
    error.column = column;
    error.message = std::move(message);
    return error;
}

// A text that says where its own error is: "<line> <column>", in text of two lines.
Parsed place_it_names(std::string_view text)
{
    int line = 0;
    int column = 0;
    std::sscanf(std::string(text).c_str(), "%d %d", &line, &column);
    return error_at(line, column);
}

std::string_view rule_of_place(const char *place)
{
    // The second line has three characters of four bytes.
    return broken_rule_of_text(std::string(place) + "\nab\xc3\xa4", {.parse = place_it_names});
}

} // namespace

TEST(ScenarioTextRules, AnErrorHasAMessage)
{
    const TextForm mute{.parse = [](std::string_view) -> Parsed { return error_at(1, 1, ""); }};
    EXPECT_EQ(broken_rule_of_text("a", mute), "an error without a message");
    const TextForm speaks{.parse = [](std::string_view) -> Parsed { return error_at(1, 1); }};
    EXPECT_EQ(broken_rule_of_text("a", speaks), "");
}

TEST(ScenarioTextRules, AnErrorLiesInTheTextOrRightBehindALine)
{
    for (const char *place : {"1 1", "1 3", "1 4", "2 1", "2 3", "2 4"})
        EXPECT_EQ(rule_of_place(place), "") << place;
    for (const char *place : {"0 1", "-1 1", "1 0", "1 -1", "1 5", "2 0", "2 5", "3 1"})
        EXPECT_EQ(rule_of_place(place), "an error outside of the text") << place;
}

TEST(ScenarioTextRules, WhatIsPrintedIsRead)
{
    const TextForm form{.print = [](const Scenario &) { return std::string("= nothing"); }};
    EXPECT_EQ(broken_rule_of_text("title = 'a'", form), "what is printed is not read");
    EXPECT_EQ(broken_rule_of_text("title = ", form), "") << "nothing is printed of a mistake";
}

TEST(ScenarioTextRules, WhatIsPrintedReadsAsTheSame)
{
    const TextForm form{.print = [](const Scenario &scenario) {
        Scenario other = scenario;
        other.title.clear();
        return scenario::print_text(other);
    }};
    EXPECT_EQ(broken_rule_of_text("title = 'a'", form),
              "what is printed reads as another scenario");
    EXPECT_EQ(broken_rule_of_text("open = true", form), "") << "it has no title to lose";
}

TEST(ScenarioTextRules, WhatIsPrintedPrintsTheSame)
{
    static int prints;
    prints = 0;
    const TextForm form{.print = [](const Scenario &scenario) {
        return scenario::print_text(scenario) +
               std::string(static_cast<std::size_t>(prints++), '\n');
    }};
    EXPECT_EQ(broken_rule_of_text("title = 'a'", form), "what is printed prints differently");
    EXPECT_EQ(broken_rule_of_text("title = 'a'"), "");
}

} // namespace fuzz
