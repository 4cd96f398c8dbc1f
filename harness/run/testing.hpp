// SPDX-License-Identifier: GPL-2.0-only
// For tests: scenarios in a few words, verdicts as files expect them.
#pragma once

#include "kernel/errno.hpp"
#include "properties/exceptions.hpp"
#include "run/machine.hpp"
#include "scenario/text.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <string>
#include <vector>

namespace run::testing {

inline const drivers::Revision &revision(std::string_view id)
{
    const drivers::Revision *found = drivers::find_revision(id);
    EXPECT_NE(found, nullptr) << id;
    return *found;
}

inline scenario::Scenario parse(std::string_view text)
{
    auto parsed = scenario::parse_text(text);
    if (const auto *error = std::get_if<scenario::TextError>(&parsed))
        ADD_FAILURE() << error->line << ":" << error->column << ": " << error->message;
    else
        return std::get<scenario::Scenario>(std::move(parsed));
    return {};
}

inline std::string read_file(const std::string &path)
{
    std::ifstream file(path, std::ios::binary);
    EXPECT_TRUE(file) << path;
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

// The names of all files of a folder below regressions/, sorted: what regression() takes.
inline std::vector<std::string> names_below_regressions(const std::string &folder)
{
    std::vector<std::string> names;
    for (const auto &entry :
         std::filesystem::directory_iterator(HMEMFUZZ_SOURCE_DIR "/regressions/" + folder))
        if (entry.path().extension() == ".toml")
            names.push_back(folder + entry.path().filename().string());
    std::sort(names.begin(), names.end());
    return names;
}

inline std::vector<std::string> regression_names() { return names_below_regressions(""); }

inline std::vector<std::string> layout_names() { return names_below_regressions("layouts/"); }

inline scenario::Scenario regression(const std::string &name)
{
    return parse(read_file(HMEMFUZZ_SOURCE_DIR "/regressions/" + name));
}

// What the tests of this executable came across, for coverage_test.cpp.
struct Reached {
    std::set<properties::Property> properties;
    std::set<std::string_view> exceptions;
};

inline Reached &reached()
{
    static Reached all;
    return all;
}

inline std::vector<properties::Finding> noted(std::vector<properties::Finding> findings)
{
    for (const properties::Finding &finding : findings) {
        reached().properties.insert(finding.violation.property);
        if (finding.judgement.status != properties::Status::violation)
            reached().exceptions.insert(finding.judgement.id);
    }
    return findings;
}

inline std::vector<properties::Finding> findings_of(const std::string &text,
                                                    std::string_view revision_id = "mainline")
{
    const scenario::Scenario scenario = parse(text);
    Machine machine;
    const Result result = machine.run(revision(revision_id), scenario);
    return noted(properties::findings(result.verdict, {scenario, result.events}));
}

// Distinct identities in order, as files expect them.
inline std::vector<std::string> identities(const Result &result, const scenario::Scenario &scenario)
{
    std::vector<std::string> ids;
    for (const auto &finding :
         noted(properties::findings(result.verdict, {scenario, result.events})))
        ids.push_back(properties::identity(finding.violation));
    return ids;
}

inline std::string task_name(const Result &result, const scenario::Scenario &scenario,
                             std::uint16_t task)
{
    if (task == kernel::no_task)
        return "-";
    const kernel::Role role = result.roles[task];
    if (role.kind == kernel::Word::actor)
        return scenario.actors[static_cast<std::size_t>(role.object.number)].name;
    std::string text(kernel::word_text(role.kind));
    if (role.object)
        text += ":" + kernel::to_string(role.object);
    return text;
}

} // namespace run::testing
