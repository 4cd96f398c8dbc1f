// SPDX-License-Identifier: GPL-2.0-only
// hmemfuzz run, explain, explore and the tables; what every command refuses.
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

TEST_F(Command, ExploreSaysWhatIsThereAndWithinWhichBounds)
{
    write("two.toml", two_ranges);
    const Ended found = run("explore two.toml --revision v7 --switches 1");
    EXPECT_EQ(found.code, 1);
    EXPECT_EQ(found.err, "");
    EXPECT_NE(found.out.find("repeated-resolution:process_defer_work"), found.out.npos);
    EXPECT_NE(found.out.find("admin before region_intersects iomem #2 -> resolution"),
              found.out.npos);
    EXPECT_NE(found.out.find("v7: complete within 1 switch and 0 faults: "), found.out.npos);
    const Ended clean = run("explore two.toml --revision v8 --switches 1");
    EXPECT_EQ(clean.code, 0);
    EXPECT_NE(clean.out.find("nothing shows on any of them"), clean.out.npos);
    write("idle.toml", "faults = ['admin: driver_register(hmem)#9']\n[[actor]]\nname = 'admin'\n"
                       "ops = ['modprobe dax_hmem']\n");
    const Ended idle = run("explore idle.toml --revision v8 --switches 1");
    EXPECT_EQ(idle.code, 3);
    EXPECT_NE(idle.out.find("a fault of the file never fires"), idle.out.npos) << idle.out;
    EXPECT_NE(idle.out.find("none of them with a verdict"), idle.out.npos) << idle.out;
    // Only the shown counts of a run that was stopped can be trusted.
    const Ended stopped = run("explore two.toml --revision v8 --switches 1 --runs 5");
    EXPECT_EQ(stopped.code, 3);
    EXPECT_NE(stopped.out.find("v8: NOT complete within 1 switch and 0 faults"), stopped.out.npos);
}

TEST_F(Command, ExploreGivesTheSameFactsWithJobsAndTwice)
{
    write("two.toml", two_ranges);
    const std::string line = "explore two.toml --revision v7 --switches 2 --json";
    auto one = nlohmann::json::parse(run(line).out);
    auto two = nlohmann::json::parse(run(line).out);
    auto four = nlohmann::json::parse(run(line + " --jobs 4").out);
    EXPECT_EQ(one["status"], "complete");
    EXPECT_GT(one["complete"], 100);
    for (auto *json : {&one, &two, &four}) {
        json->erase("executions_a_second");
        json->erase("repeated");
        (*json)["found"].erase("repeated");
    }
    EXPECT_EQ(one, two);
    EXPECT_EQ(one, four);
}

TEST_F(Command, ExploreWritesTheSmallestScheduleOfEachRow)
{
    write("two.toml", two_ranges);
    EXPECT_EQ(run("explore two.toml --revision v7 --switches 1 --write found").code, 2)
        << "there is no such folder";
    std::filesystem::create_directory(path("found"));
    EXPECT_EQ(run("explore two.toml --revision v7 --switches 1 --write found").code, 1);
    const std::string file = "found/repeated-resolution.process_defer_work.toml";
    EXPECT_NE(read(file).find("admin before region_intersects iomem #2 -> resolution"),
              std::string::npos);
    const Ended again = run("run " + file);
    EXPECT_EQ(again.code, 1);
    EXPECT_NE(again.out.find("repeated-resolution:process_defer_work"), again.out.npos);
}

TEST_F(Command, ExploreRefusesWhatIsOutOfBounds)
{
    for (const std::string option : {"--runs -3", "--runs 0"})
        EXPECT_EQ(run("explore flush.toml " + option).code, 2) << option;
    write("two.toml", two_ranges);
    for (const std::string bad :
         {"--switches 65", "--switches many", "--switches -1", "--faults 17", "--jobs 0",
          "--shard 3/2", "--shard 0/2", "--shard 1", "--runs 0",
          // What would mean nothing there.
          "--operations 2", "--layouts outside", "--yes", "--no-reduction"}) {
        const Ended ended = run("explore two.toml " + bad);
        EXPECT_EQ(ended.code, 2) << bad;
        EXPECT_EQ(ended.out, "") << bad;
        EXPECT_NE(ended.err, "") << bad;
    }
}

TEST_F(Command, ExploreOfAllProgramsSaysWhatItTakesAndFindsTheSmallestProgram)
{
    const std::string line = "explore --all-programs --operations 1 --actors 2 --layouts no-range";
    const Ended found = run(line + " --revision v7");
    EXPECT_EQ(found.code, 1);
    EXPECT_EQ(found.err.substr(0, 6), "about ");
    EXPECT_NE(found.out.find("v7: complete within actors: 2, operations of each: 1, switches: 1, "
                             "layouts: no-range: "),
              found.out.npos);
    EXPECT_NE(found.out.find("uninitialized-work:cxl_dax_region_driver_register  [violation]"),
              found.out.npos);
    EXPECT_NE(found.out.find("    a: modprobe dax_cxl\n"), found.out.npos);
    EXPECT_EQ(run(line).code, 0) << "mainline";

    const std::string json = line + " --revision v7 --json";
    const std::string one = run(json).out;
    EXPECT_GT(nlohmann::json::parse(one)["programs"], 100);
    EXPECT_EQ(run(json + " --jobs 3").out, one);
}

TEST_F(Command, ExploreOfAllProgramsAsksBeforeLongWork)
{
    const Ended ended = run("explore --all-programs --operations 3 --actors 4 --layouts region-ok");
    EXPECT_EQ(ended.code, 2);
    EXPECT_EQ(ended.out, "");
    EXPECT_NE(ended.err.find("more than ten minutes: --yes"), ended.err.npos);
    for (const std::string bad : {"--layouts nowhere", "--operations 4", "--actors 5", "--faults 1",
                                  "--runs 0", "file.toml", "--write nowhere", "--switches all",
                                  "--layouts outside,outside", "--no-reduction", "--format text"}) {
        const Ended refused = run("explore --all-programs " + bad);
        EXPECT_EQ(refused.code, 2) << bad;
        EXPECT_EQ(refused.out, "") << bad;
    }
    // More than the sample that the estimate is made of is ready to run.
    const Ended long_sample =
        run("explore --all-programs --operations 1 --actors 2 --layouts two-ranges --switches 6");
    EXPECT_EQ(long_sample.code, 2);
    EXPECT_NE(long_sample.err.find(", at least "), long_sample.err.npos) << long_sample.err;
    expect_refused("explore", "explore: FILE is required, or --all-programs");

    // However many schedules a program has, the estimate comes to an end.
    const std::string deep =
        "explore --all-programs --operations 1 --layouts region-ok --switches ";
    for (const std::string switches : {"5", "all --no-reduction"}) {
        const Ended deeper = run(deep + switches);
        EXPECT_EQ(deeper.code, 2) << switches;
        EXPECT_NE(deeper.err.find(" programs, at least "), deeper.err.npos) << deeper.err;
        EXPECT_NE(deeper.err.find("--yes"), deeper.err.npos) << deeper.err;
    }
    const Ended all = run("explore --all-programs --operations 1 --actors 1 --layouts no-range "
                          "--switches all");
    EXPECT_EQ(all.code, 0);
    EXPECT_NE(all.out.find("mainline: complete within actors: 1, operations of each: 1, switches: "
                           "all, layouts: no-range: "),
              all.out.npos)
        << all.out;
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
