// SPDX-License-Identifier: GPL-2.0-only
// What a room may know: it includes nothing of the rooms above it, and no property names a revision.
#include "drivers/registry.hpp"
#include "run/testing.hpp"

#include <gtest/gtest.h>

#include <map>
#include <regex>
#include <set>

namespace run::testing {
namespace {

using Names = std::set<std::string>;
using Lines = std::vector<std::string>;

// Beside itself and system headers.
const std::map<std::string, Names> &may_include()
{
    static const std::map<std::string, Names> rooms = {
        {"harness/kernel", {}},
        {"harness/drivers", {"kernel"}},
        {"harness/scenario", {"kernel", "drivers"}},
        {"harness/properties", {"kernel", "drivers", "scenario"}},
        {"generators", {"kernel", "drivers", "scenario", "properties"}},
        {"harness/run", {"kernel", "drivers", "scenario", "properties"}},
        {"harness/report", {"kernel", "drivers", "scenario", "properties", "run"}},
    };
    return rooms;
}

// Sources of the room that are no tests.
Lines sources(const std::string &room)
{
    Lines paths;
    for (const auto &entry : std::filesystem::directory_iterator(HMEMFUZZ_SOURCE_DIR "/" + room)) {
        const std::string name = entry.path().filename().string();
        if (name.find("test") == name.npos && name.find("planted") == name.npos &&
            (name.ends_with(".cpp") || name.ends_with(".hpp")))
            paths.push_back(entry.path().string());
    }
    std::sort(paths.begin(), paths.end());
    return paths;
}

// The rooms of the harness that a text includes headers of.
Names included(const std::string &text)
{
    static const std::regex include(R"re(#include "([a-z_]+)/)re");
    Names rooms;
    for (std::sregex_iterator found(text.begin(), text.end(), include), end; found != end; ++found)
        rooms.insert((*found)[1]);
    return rooms;
}

// The revisions that a text names in quotes.
Names quoted_revisions(const std::string &text)
{
    Names names;
    for (const std::string_view id : drivers::revision_ids())
        if (text.find('"' + std::string(id) + '"') != text.npos)
            names.emplace(id);
    return names;
}

} // namespace

TEST(Rooms, IncludeNothingOfTheRoomsAboveThem)
{
    for (const auto &[room, allowed] : may_include()) {
        const Lines paths = sources(room);
        EXPECT_GT(paths.size(), 5u) << room;
        for (const std::string &path : paths)
            for (const std::string &other : included(read_file(path)))
                EXPECT_TRUE(allowed.contains(other) || room.ends_with(other)) << path << other;
    }
}

TEST(Rooms, PropertiesNameNoRevision)
{
    for (const std::string &path : sources("harness/properties"))
        EXPECT_EQ(quoted_revisions(read_file(path)), Names{}) << path;
}

TEST(Rooms, IncludesAndNamesAreFound)
{
    EXPECT_EQ(included("#include <map>\n#include \"properties/owners.hpp\"\n"),
              Names{"properties"});
    EXPECT_EQ(quoted_revisions("if (id == \"v7\" || id == \"v77\")"), Names{"v7"});
}

} // namespace run::testing
