// SPDX-License-Identifier: GPL-2.0-only
// hmemfuzz run, explain and the tables; what every command refuses.
#include "cli/testing.hpp"

namespace cli::testing {
namespace {

TEST_F(Command, RunSaysCleanOnWhatMainlineFixed)
{
    const Ended ended = run("run flush.toml");
    EXPECT_EQ(ended.code, 0);
    EXPECT_EQ(ended.out, "mainline: clean\n");
    EXPECT_EQ(ended.err, "");
}

TEST_F(Command, RunFindsTheViolationAndExitsWithOne)
{
    const Ended ended = run("run flush.toml --revision v7");
    EXPECT_EQ(ended.code, 1);
    EXPECT_NE(ended.out.find("1. uninitialized-work:cxl_dax_region_driver_register  [violation]"),
              ended.out.npos);
    EXPECT_TRUE(ended.out.ends_with("v7: 2 violations\n"));
    EXPECT_EQ(ended.out.find('\x1b'), ended.out.npos) << "colours in a pipe";
}

TEST_F(Command, RunTakesTheRevisionOfTheScenario)
{
    write("v7.toml", std::string("revision = \"v7\"\n") + flush_before_probe);
    EXPECT_EQ(run("run v7.toml").code, 1);
    EXPECT_EQ(run("run v7.toml --revision v8").out, "v8: clean\n");
}

TEST_F(Command, RunTellsMachinesTheSame)
{
    const Ended ended = run("run flush.toml --revision v7 --json");
    EXPECT_EQ(ended.code, 1);
    const auto json = nlohmann::json::parse(ended.out);
    EXPECT_EQ(json["revision"], "v7");
    EXPECT_EQ(json["title"], "flush before probe");
    EXPECT_EQ(json["status"], "violation");
    ASSERT_EQ(json["violations"].size(), 2U);
    const auto &violation = json["violations"][0];
    EXPECT_EQ(violation["identity"], "uninitialized-work:cxl_dax_region_driver_register");
    EXPECT_EQ(violation["property"], "uninitialized-work");
    EXPECT_EQ(violation["cause"], "cxl_dax_region_driver_register");
    EXPECT_EQ(violation["status"], "violation");
    EXPECT_EQ(violation["object"], "resolution");
    EXPECT_TRUE(violation["exception"].is_null());
    EXPECT_TRUE(violation["range"].is_null());
    EXPECT_TRUE(violation["event"].is_number());
    EXPECT_EQ(violation["phase"], "actors");
    EXPECT_GT(json["events"], 100);
    EXPECT_TRUE(json["unowned"].empty());
    EXPECT_TRUE(json["faults_fired"].empty());
    EXPECT_FALSE(json.contains("trace"));

    const auto traced = nlohmann::json::parse(run("run flush.toml --json --trace").out);
    EXPECT_EQ(traced["trace"].size(), traced["events"]);
}

TEST_F(Command, RunTracesEveryEventBeforeTheVerdict)
{
    const Ended ended = run("run flush.toml --trace");
    EXPECT_EQ(ended.code, 0);
    EXPECT_EQ(ended.out.rfind("[    0] > harness ", 0), 0U);
    EXPECT_TRUE(ended.out.ends_with("\n\nmainline: clean\n"));
    EXPECT_EQ(ended.out, run("run flush.toml --trace").out);
}

TEST_F(Command, RunComparesWithWhatTheFileExpects)
{
    const Ended same = run("run flush.toml --revision v7 --expect");
    EXPECT_EQ(same.code, 0);
    EXPECT_TRUE(same.out.ends_with("as expected\n"));

    const Ended other = run("run flush.toml --revision v7-static-init --expect");
    EXPECT_EQ(other.code, 1);
    EXPECT_TRUE(other.out.ends_with(
        "not as expected: expected uninitialized-work:dax_hmem_exit, observed nothing\n"));

    expect_refused("run flush.toml --revision v8 --expect",
                   "flush.toml: [expect] says nothing of revision v8\n");
}

TEST_F(Command, RunGivesNoVerdictIfAFaultNeverFired)
{
    write("fault.toml", std::string("faults = [\"admin: nth 999\"]\n") + flush_before_probe);
    const Ended clean = run("run fault.toml");
    EXPECT_EQ(clean.code, 3);
    EXPECT_EQ(clean.out, "fault never fired: admin: nth 999\nmainline: not-fired\n");
    EXPECT_EQ(run("run fault.toml --revision v7").code, 1);
    const auto json = nlohmann::json::parse(run("run fault.toml --json").out);
    EXPECT_EQ(json["status"], "not-fired");
    EXPECT_EQ(json["faults_fired"], nlohmann::json::array({false}));
}

TEST_F(Command, RunComparesAFaultThatNeverFiredToo)
{
    write("fault.toml", "faults = [\"boot: nth 999\"]\n[expect]\nv8 = ['not-fired']\nv7 = []\n");
    EXPECT_EQ(run("run fault.toml --revision v8 --expect").code, 0);
    const Ended other = run("run fault.toml --revision v7 --expect");
    EXPECT_EQ(other.code, 3);
    EXPECT_TRUE(other.out.ends_with("not as expected: expected nothing, observed not-fired\n"));
}

TEST_F(Command, NotesASwitchThatIsNeverReached)
{
    const std::string text = "admin before queue_work resolution #9 -> resolution";
    write("switch.toml", "switches = ['" + text + "']\n" + flush_before_probe);
    const std::string note = "note: switch 1 was never reached: " + text + "\n";
    const Ended ended = run("run switch.toml --revision v8");
    EXPECT_EQ(ended.code, 0);
    EXPECT_EQ(ended.out, note + "v8: clean\n");
    EXPECT_TRUE(run("explain switch.toml --revision v8").out.ends_with(note));
    const auto json = nlohmann::json::parse(run("run switch.toml --revision v8 --json").out);
    EXPECT_EQ(json["switches"], nlohmann::json::array({"never-reached"}));
}

TEST_F(Command, WhatCannotBeConfiguredHasNoVerdict)
{
    write("builtin.toml",
          "[layout]\nconfig = { builtin = ['dax_hmem'] }\n[expect]\nv8 = ['n/a']\n");
    const Ended ended = run("run builtin.toml --revision v8");
    EXPECT_EQ(ended.code, 3);
    EXPECT_EQ(ended.out.rfind("v8: n/a: this revision's Kconfig does not allow", 0), 0U)
        << ended.out;
    const auto json = nlohmann::json::parse(run("run builtin.toml --revision v8 --json").out);
    EXPECT_EQ(json["status"], "n/a");
    const std::string why = json.value("not_applicable", "");
    EXPECT_EQ(why.rfind("this revision's Kconfig", 0), 0U) << why;
    EXPECT_FALSE(json.contains("not_modelled"));
    const auto matrix = nlohmann::json::parse(run("matrix builtin.toml --revision v8 --json").out);
    EXPECT_EQ(matrix["files"][0]["cells"][0].value("not_applicable", ""), why);
    EXPECT_EQ(run("run builtin.toml --revision v8 --expect").code, 0);
    EXPECT_EQ(run("matrix builtin.toml --revision v8").code, 0);
    EXPECT_EQ(run("matrix --print-expect builtin.toml --revision v8").out,
              "[expect]\nv8 = [\"n/a\"]\n");
    const Ended faults = run("faults builtin.toml --revision v8");
    EXPECT_EQ(faults.code, 3);
    EXPECT_EQ(faults.err.rfind("builtin.toml on v8: n/a: this revision's Kconfig", 0), 0U)
        << faults.err;
}

TEST_F(Command, ReadsStdinAndWhateverTheFormatSays)
{
    EXPECT_EQ(run("run - --format text --revision v7 < flush.toml").code, 1);
    write("flush.txt", flush_before_probe);
    EXPECT_EQ(run("run flush.txt --format text --revision v7").code, 1);
    // Any bytes are wire; but a text read as wire is a slip worth a word.
    const Ended slip = run("run flush.txt");
    EXPECT_EQ(slip.err, "note: flush.txt is read as wire, but is text, too: --format text?\n");
    EXPECT_EQ(run("run - < /dev/null").out, "mainline: clean\n");
}

TEST_F(Command, RefusesBadInputWithItsPlace)
{
    write("bad.toml", "title = \"x\"\n[layout]\nwindow = []\n");
    expect_refused("run bad.toml", "bad.toml:3:1: unknown key");
    expect_refused("run bad.toml --json", "bad.toml:3:1: unknown key");
    expect_refused("explain bad.toml", "bad.toml:3:1: unknown key");
    expect_refused("convert bad.toml -o out.bin", "bad.toml:3:1: unknown key");
    EXPECT_EQ(files(), 2U);
    expect_refused("run - --format text < bad.toml", "<stdin>:3:1: unknown key");
    expect_refused("run missing.toml", "missing.toml: cannot read: No such file or directory\n");
    expect_refused("run .", ".: cannot read: Is a directory\n");
    expect_refused("run flush.toml --revision v77",
                   "--revision: unknown revision 'v77', did you mean 'v7'?");
}

TEST_F(Command, RefusesUnknownRevisionsAndPropertiesWithTheirPlaceWhateverTheCommand)
{
    std::filesystem::create_directory(path("regressions"));
    const std::pair<std::string, std::string> mistakes[] = {
        {"revision = 'v99'\n", ":1:12: unknown revision 'v99' (allowed: "},
        {"[expect]\nv9 = []\n", ":2:1: unknown revision 'v9', did you mean 'v7'? (allowed: "},
        {"[owners]\nv99 = []\n", ":2:1: unknown revision 'v99' (allowed: "},
        {"[[shows]]\nentry = 'V7-1'\non = ['v99']\n", ":3:7: unknown revision 'v99' (allowed: "},
        {"[[shows]]\nentry = 'V7-1'\nby = ['foo:bar']\n",
         ":3:7: unknown property 'foo' (allowed: "},
        {"[expect]\nv7 = ['uninitialised-work:x']\n",
         ":2:7: unknown property 'uninitialised-work', did you mean 'uninitialized-work'?"}};
    for (const auto &[text, message] : mistakes) {
        write("bad.toml", text);
        for (const std::string command :
             {"run bad.toml", "run bad.toml --revision v8", "explain bad.toml", "faults bad.toml",
              "matrix bad.toml", "convert bad.toml", "convert bad.toml -o out.bin"})
            expect_refused(command, "bad.toml" + message);
        write("regressions/bad.toml", text);
        expect_refused("matrix", "regressions/bad.toml" + message);
        expect_refused("faults flush.toml", "regressions/bad.toml" + message);
    }
    EXPECT_FALSE(std::filesystem::exists(path("out.bin")));
}

TEST_F(Command, RefusesBadUsage)
{
    expect_refused("", "hmemfuzz: A subcommand is required\nRun hmemfuzz --help ");
    expect_refused("run", "hmemfuzz run: FILE is required\nRun hmemfuzz run --help ");
    expect_refused("convert --format wire", "hmemfuzz convert: FILE is required\n");
    expect_refused("run flush.toml --format json", "hmemfuzz run: --format:");
    expect_refused("run flush.toml --no-such-option",
                   "hmemfuzz run: The following argument was not expected: --no-such-option\n");
    expect_refused("frobnicate x", "hmemfuzz: unknown command 'frobnicate' (allowed: run, ");
    expect_refused("explian x",
                   "hmemfuzz: unknown command 'explian', did you mean 'explain'? (allowed: run, ");
    expect_refused("--revision v7", "hmemfuzz: unknown option '--revision' (allowed: --help)\n");
    // The word stands in its place: what comes after it is not what is wrong.
    expect_refused("frobnicate run", "hmemfuzz: unknown command 'frobnicate' (allowed: run, ");
    expect_refused("convert flush.toml -o no/such/folder", "no/such/folder: cannot write: ");
}

TEST_F(Command, ExplainTellsTheStory)
{
    const Ended ended = run("explain flush.toml --revision v7");
    EXPECT_EQ(ended.code, 1);
    for (const char *part :
         {"flush before probe\nrevision v7 ", "\nLayout\nwindow0 [AAAAAAAA] CXL Window\n",
          "\nWhat happened", "  <-- 1\n",
          "\nWhat is wrong\n1. uninitialized-work:", "\nWho owns what at rest\n"})
        EXPECT_NE(ended.out.find(part), ended.out.npos) << part;
    const auto json = nlohmann::json::parse(run("explain flush.toml --revision v7 --json").out);
    EXPECT_LT(json["trace"].size(), json["events"]);
}

TEST_F(Command, RunChecksThatARunRepeats)
{
    const Ended clean = run("run flush.toml --check-determinism");
    EXPECT_EQ(clean.code, 0);
    EXPECT_EQ(clean.out.rfind("mainline: clean\ndeterministic: three runs make the same ", 0), 0U)
        << clean.out;
    EXPECT_EQ(run("run flush.toml --check-determinism --revision v7").code, 1);
    EXPECT_EQ(run("run flush.toml").out, "mainline: clean\n");
    const auto json = nlohmann::json::parse(run("run flush.toml --check-determinism --json").out);
    EXPECT_TRUE(json["deterministic"].get<bool>());
}

TEST_F(Command, PrintsEveryTableForPeopleAndMachines)
{
    for (const std::string table :
         {"revisions", "properties", "exceptions", "operations", "points", "sites"}) {
        const Ended people = run(table);
        EXPECT_EQ(people.code, 0) << table;
        EXPECT_EQ(people.err, "") << table;
        const auto json = nlohmann::json::parse(run(table + " --json").out);
        ASSERT_GT(json.size(), 0U) << table;
        const std::string key = table.substr(0, table.size() - 1);
        const std::string first = json[0][table == "properties" ? "property" : key];
        EXPECT_NE(people.out.find('\n' + first + ' '), people.out.npos) << table;
        for (std::size_t begin = 0; begin < people.out.size();
             begin = people.out.find('\n', begin) + 1)
            EXPECT_LE(people.out.find('\n', begin) - begin, 100U) << table;
    }
}

TEST_F(Command, RevisionsStandInTheOrderOfPosting)
{
    std::vector<std::string> ids;
    for (const auto &row : nlohmann::json::parse(run("revisions --json").out))
        ids.push_back(row["revision"]);
    const auto place = [&](const char *id) { return std::find(ids.begin(), ids.end(), id); };
    EXPECT_EQ(ids.front(), "pre");
    EXPECT_LT(place("v1"), place("v6"));
    EXPECT_LT(place("v6"), place("v7"));
    EXPECT_LT(place("v8"), place("mainline"));
    const std::string people = run("revisions").out;
    EXPECT_LT(people.find("\npre "), people.find("\nv6 "));
    EXPECT_LT(people.find("\nv6 "), people.find("\nv7 "));
}

TEST_F(Command, SaysIfStdoutTakesNoMore)
{
    const Ended ended = run("explain flush.toml > /dev/full");
    EXPECT_EQ(ended.code, 3);
    EXPECT_EQ(ended.err, "<stdout>: cannot write: No space left on device\n");
}

TEST_F(Command, HelpNamesCommandsAndExitCodes)
{
    const Ended ended = run("--help");
    EXPECT_EQ(ended.code, 0);
    for (const char *part : {"run ", "explain ", "minimize ", "matrix ", "faults ", "explore ",
                             "convert ", "Exit codes: 0 clean"})
        EXPECT_NE(ended.out.find(part), ended.out.npos) << part;
}

} // namespace
} // namespace cli::testing
