// SPDX-License-Identifier: GPL-2.0-only
// The command as a user has it: the built program, files, exit codes, what is written where.
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <sys/wait.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

namespace cli {
namespace {

constexpr const char *flush_before_probe = R"(title = "flush before probe"

[layout]
windows = [{ name = "window0", range = "0x850000000-0x284fffffff" }]

[[actor]]
name = "admin"
ops = ["modprobe dax_cxl"]

[expect]
v7 = ["uninitialized-work:cxl_dax_region_driver_register", "uninitialized-work:dax_hmem_exit"]
v7-static-init = ["uninitialized-work:dax_hmem_exit"]
v7-reviewed = []
)";

constexpr const char *two_ranges = R"(title = "two ranges in one window"
[layout]
soft_reserved = [{ range = "0x850000000-0x94fffffff" }, { range = "0x950000000-0xa4fffffff" }]
windows = [{ name = "window0", range = "0x850000000-0x284fffffff" }]
[[actor]]
name = "admin"
ops = ["modprobe dax_hmem"]
)";

struct Ended {
    int code;
    std::string out;
    std::string err;
};

class Command : public ::testing::Test {
protected:
    void SetUp() override
    {
        std::string name = (std::filesystem::temp_directory_path() / "hmemfuzz.XXXXXX").string();
        ASSERT_NE(mkdtemp(name.data()), nullptr);
        folder_ = name;
        write("flush.toml", flush_before_probe);
    }
    void TearDown() override { std::filesystem::remove_all(folder_); }

    // In the folder of the test; `arguments` are the shell's.
    Ended run(const std::string &arguments) const
    {
        const std::string errors = path("stderr");
        const std::string line = "cd '" + folder_.string() + "' && '" HMEMFUZZ_COMMAND "' " +
                                 arguments + " 2>'" + errors + "'";
        std::FILE *pipe = popen(line.c_str(), "r");
        std::string out;
        std::array<char, 4096> buffer;
        while (const std::size_t count = std::fread(buffer.data(), 1, buffer.size(), pipe))
            out.append(buffer.data(), count);
        const int status = pclose(pipe);
        const std::string err = read("stderr");
        std::filesystem::remove(errors);
        return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, out, err};
    }
    std::string path(const std::string &name) const { return (folder_ / name).string(); }
    void write(const std::string &name, const std::string &bytes) const
    {
        std::ofstream(path(name), std::ios::binary) << bytes;
    }
    std::string read(const std::string &name) const
    {
        std::ifstream file(path(name), std::ios::binary);
        return {std::istreambuf_iterator<char>(file), {}};
    }
    std::size_t files() const
    {
        return static_cast<std::size_t>(
            std::distance(std::filesystem::directory_iterator(folder_), {}));
    }
    // Nothing but a message on stderr.
    void expect_refused(const std::string &arguments, const std::string &message) const
    {
        const Ended ended = run(arguments);
        EXPECT_EQ(ended.code, 2) << arguments;
        EXPECT_EQ(ended.out, "") << arguments;
        EXPECT_EQ(ended.err.substr(0, message.size()), message) << arguments;
    }

private:
    std::filesystem::path folder_;
};

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

TEST_F(Command, MatrixOfAllRegressionsIsAsExpected)
{
    const Ended ended = run("matrix --regressions " HMEMFUZZ_SOURCE_DIR "/regressions");
    EXPECT_EQ(ended.code, 0) << ended.out;
    EXPECT_EQ(ended.err, "");
    EXPECT_EQ(ended.out.find('\x1b'), ended.out.npos) << "colours in a pipe";
    EXPECT_EQ(ended.out.find("!! "), ended.out.npos);
    EXPECT_NE(ended.out.find(" as expected, 0 not; "), ended.out.npos) << ended.out;
    EXPECT_EQ(ended.out.rfind("file ", 0), 0U);
}

TEST_F(Command, MatrixShowsEveryDifferenceAndExitsWithOne)
{
    std::filesystem::create_directory(path("regressions"));
    write("regressions/flush.toml", flush_before_probe);
    const Ended ended = run("matrix --revision v7-reviewed --revision v7-static-init");
    EXPECT_EQ(ended.code, 1);
    EXPECT_NE(ended.out.find("\nflush  !!clean  clean\n"), ended.out.npos) << ended.out;
    EXPECT_NE(ended.out.find("not as expected: flush.toml on v7-static-init\n"
                             "  expected: uninitialized-work:dax_hmem_exit\n"
                             "  observed: nothing\n"
                             "1 files, 2 cells: 1 as expected, 1 not; "),
              ended.out.npos)
        << ended.out;
    EXPECT_EQ(run("matrix --revision v7").code, 0);
    EXPECT_EQ(run("matrix flush.toml --revision v7").code, 0);
    EXPECT_EQ(run("matrix --revision v8").code, 1) << "the file says nothing of v8";
}

TEST_F(Command, MatrixTellsMachinesEverything)
{
    const Ended ended = run("matrix flush.toml --revision v7 --revision v8 --json");
    EXPECT_EQ(ended.code, 1);
    const auto json = nlohmann::json::parse(ended.out);
    EXPECT_EQ(json["revisions"], nlohmann::json::array({"v7", "v8"}));
    const auto &file = json["files"][0];
    EXPECT_EQ(file["file"], "flush.toml");
    EXPECT_EQ(file["title"], "flush before probe");
    EXPECT_EQ(file["shows"], nlohmann::json::array());
    EXPECT_EQ(file["cells"][0]["misplaced"], nlohmann::json::array());
    EXPECT_EQ(file["open"], false);
    const auto &cell = file["cells"][0];
    EXPECT_EQ(cell["revision"], "v7");
    EXPECT_EQ(cell["as_expected"], true);
    EXPECT_EQ(cell["expected"], cell["observed"]);
    EXPECT_EQ(cell["observed"][1], "uninitialized-work:dax_hmem_exit");
    EXPECT_EQ(cell["findings"][0]["status"], "violation");
    EXPECT_TRUE(file["cells"][1]["expected"].is_null());
    EXPECT_EQ(file["cells"][1]["as_expected"], false);
    EXPECT_EQ(json["count"]["differing"], 1);
}

TEST_F(Command, MatrixPrintsWhatToExpect)
{
    const Ended ended = run("matrix --print-expect flush.toml --revision v8 --revision v7");
    EXPECT_EQ(ended.code, 0);
    EXPECT_EQ(ended.out, "[expect]\n"
                         "v7 = [\"uninitialized-work:cxl_dax_region_driver_register\", "
                         "\"uninitialized-work:dax_hmem_exit\"]\n"
                         "v8 = []\n");
    // What is printed is what the matrix compares with.
    write("same.toml",
          "[layout]\nwindows = [{ name = 'window0', range = '0x850000000-0x284fffffff' }]"
          "\n[[actor]]\nname = 'admin'\nops = ['modprobe dax_cxl']\n" +
              run("matrix --print-expect flush.toml").out);
    EXPECT_EQ(run("matrix same.toml").code, 0);
}

TEST_F(Command, MatrixRefusesBadInput)
{
    expect_refused("matrix", "regressions: cannot read: No such file or directory; "
                             "--regressions says where they are\n");
    expect_refused("matrix --regressions /dev/null", "/dev/null: cannot read: Not a directory; "
                                                     "--regressions says where they are\n");
    std::filesystem::create_directory(path("empty"));
    expect_refused("matrix --regressions empty", "empty: there is no *.toml in it; "
                                                 "--regressions says where they are\n");
    expect_refused("matrix flush.toml missing.toml", "missing.toml: cannot read: ");
    expect_refused("matrix flush.toml --revision v77",
                   "--revision: unknown revision 'v77', did you mean 'v7'?");
    write("bad.toml", "title = 1\n");
    expect_refused("matrix bad.toml", "bad.toml:1:9: 'title' must be a string");
    write("unknown.toml", "[expect]\nv77 = []\n");
    expect_refused("matrix unknown.toml",
                   "unknown.toml:2:1: unknown revision 'v77', did you mean 'v7'?");
}

TEST_F(Command, FaultsFailsEveryCallOnce)
{
    const std::string file = HMEMFUZZ_SOURCE_DIR "/regressions/v7-2-exit-flush.toml";
    const Ended ended = run("faults " + file + " --revision mainline");
    EXPECT_EQ(ended.code, 0) << ended.out;
    EXPECT_EQ(ended.err, "");
    EXPECT_EQ(ended.out,
              "role   nth  call                            made by        verdict\n"
              "admin  1    alloc_workqueue(dax_hmem_wq)    dax_hmem_init  clean\n"
              "admin  2    driver_register(hmem_platform)  dax_hmem_init  clean\n"
              "admin  3    driver_register(hmem)           dax_hmem_init  clean\n"
              "mainline: 3 calls failed one at a time: 3 clean, 0 known, 0 new, 0 without a "
              "verdict\n");
}

TEST_F(Command, FaultsTellsWhatIsNewAndWhatRegressionsKnow)
{
    write("leak.toml", "[layout]\nsoft_reserved = [{ range = '0x100000000-0x13fffffff' }]\n"
                       "[[actor]]\nname = 'admin'\nops = ['modprobe dax_hmem']\n");
    const Ended ended = run("faults leak.toml --revision v8");
    EXPECT_EQ(ended.code, 1);
    EXPECT_NE(ended.out.find("missing-put-device:dax_hmem_init [NEW]\n"), ended.out.npos)
        << ended.out;

    const std::string known = " --regressions " HMEMFUZZ_SOURCE_DIR "/regressions";
    const Ended quiet = run("faults leak.toml --revision v8" + known);
    EXPECT_EQ(quiet.code, 0);
    EXPECT_NE(quiet.out.find("missing-put-device:dax_hmem_init [known]\n"), quiet.out.npos);
    EXPECT_EQ(run("faults leak.toml --revision v8 --strict" + known).code, 1);

    const auto json = nlohmann::json::parse(run("faults leak.toml --revision v8 --json").out);
    EXPECT_EQ(json["count"]["new"], 1);
    EXPECT_EQ(json["count"]["calls"], json["runs"].size());
    bool told = false;
    for (const auto &one : json["runs"])
        for (const auto &finding : one["findings"])
            if (finding["new"] == true) {
                told = true;
                EXPECT_EQ(finding["identity"], "missing-put-device:dax_hmem_init");
                EXPECT_EQ(one["site"], "driver_register");
                EXPECT_EQ(one["object"], "hmem");
                EXPECT_EQ(one["function"], "dax_hmem_init");
            }
    EXPECT_TRUE(told);
    expect_refused("faults leak.toml --regressions nowhere", "nowhere: cannot read: ");
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

TEST_F(Command, ConvertsToWireAndBack)
{
    const Ended to_wire = run("convert flush.toml -o flush.bin");
    EXPECT_EQ(to_wire.code, 0);
    EXPECT_EQ(to_wire.out, "");
    EXPECT_EQ(to_wire.err.rfind("note: the wire form carries neither title", 0), 0U);
    EXPECT_EQ(run("run flush.bin --revision v7").code, 1);

    const Ended to_text = run("convert flush.bin");
    EXPECT_EQ(to_text.code, 0);
    EXPECT_NE(to_text.out.find("ops = [\"modprobe dax_cxl\"]\n"), to_text.out.npos);
    EXPECT_EQ(run("convert flush.bin -o back.toml").code, 0);
    EXPECT_EQ(read("back.toml"), to_text.out);
    EXPECT_EQ(run("convert back.toml").out, to_text.out);
    EXPECT_EQ(run("convert back.toml -o again.bin").code, 0);
    EXPECT_EQ(read("again.bin"), read("flush.bin"));
    EXPECT_EQ(files(), 4U) << "a temporary file is left";
}

constexpr const char *long_story = R"(# Told by somebody.

title = "long story"
revision = "v7"

[[actor]]
name = "admin"
ops = ["modprobe cxl_acpi", "modprobe dax_hmem", "modprobe dax_cxl", "rmmod dax_cxl"]
)";

TEST_F(Command, MinimizeWritesTheSmallestStoryAndSaysWhatWent)
{
    write("long.toml", long_story);
    const Ended ended = run("minimize long.toml -o small.toml");
    EXPECT_EQ(ended.code, 0);
    EXPECT_EQ(ended.err, "") << "progress in a pipe";
    EXPECT_EQ(ended.out.rfind("v7: uninitialized-work:cxl_dax_region_driver_register\n", 0), 0U);
    EXPECT_NE(ended.out.find("operations                           4 -> 1\n"), ended.out.npos);
    EXPECT_NE(ended.out.find("minimal after "), ended.out.npos);
    EXPECT_EQ(read("small.toml"),
              "# Told by somebody.\n\ntitle = \"long story\"\nrevision = \"v7\"\n\n"
              "[[actor]]\nname = \"admin\"\nops = [\"modprobe dax_cxl\"]\n");
    EXPECT_EQ(run("run small.toml").code, 1);
    EXPECT_EQ(read("long.toml"), long_story);

    const Ended again = run("minimize small.toml -o again.toml");
    EXPECT_EQ(again.code, 0);
    EXPECT_EQ(read("again.toml"), read("small.toml"));
}

TEST_F(Command, MinimizeTakesAndGivesBothForms)
{
    write("long.toml", long_story);
    EXPECT_EQ(run("convert long.toml -o long.bin").code, 0);
    EXPECT_EQ(run("minimize long.bin -o small.bin").code, 0);
    EXPECT_LT(read("small.bin").size(), read("long.bin").size());
    EXPECT_EQ(run("run small.bin").code, 1);
    const Ended shown = run("minimize long.bin -o -");
    EXPECT_NE(shown.out.find("ops = [\"modprobe dax_cxl\"]\n"), shown.out.npos);
    EXPECT_EQ(shown.out.find("minimal after"), shown.out.npos);
    EXPECT_NE(shown.err.find("minimal after"), shown.err.npos);
}

TEST_F(Command, MinimizeKeepsTheIdentityThatWasAskedFor)
{
    write("long.toml", long_story);
    const Ended ended =
        run("minimize long.toml -o small.toml --identity uninitialized-work:dax_hmem_exit --json");
    EXPECT_EQ(ended.code, 0);
    const auto json = nlohmann::json::parse(ended.out);
    EXPECT_EQ(json["revision"], "v7");
    EXPECT_EQ(json["identities"], nlohmann::json({"uninitialized-work:dax_hmem_exit"}));
    EXPECT_EQ(json["minimal"], true);
    EXPECT_EQ(json["dropped"][1]["part"], "operations");
    EXPECT_EQ(json["dropped"][1]["before"], 4);
    EXPECT_EQ(json["dropped"][1]["after"], 1);
    EXPECT_GT(json["runs"], 1);
    EXPECT_NE(read("small.toml").find("ops = [\"modprobe dax_hmem\"]"), std::string::npos);
    EXPECT_EQ(run("minimize long.toml -o both.toml --identity uninitialized-work:dax_hmem_exit "
                  "--identity uninitialized-work:cxl_dax_region_driver_register")
                  .code,
              0);
    EXPECT_NE(read("both.toml").find("ops = [\"modprobe dax_cxl\"]"), std::string::npos);
}

TEST_F(Command, MinimizeWritesNothingWhereThereIsNothingToKeep)
{
    const Ended clean = run("minimize flush.toml -o small.toml --revision v8");
    EXPECT_EQ(clean.code, 0);
    EXPECT_EQ(clean.err, "flush.toml: shows no violation on v8 (clean), nothing is written\n");
    write("fault.toml", std::string("faults = [\"admin: nth 99\"]\n") + flush_before_probe);
    const Ended not_fired = run("minimize fault.toml -o small.toml --revision v8");
    EXPECT_EQ(not_fired.code, 3);
    expect_refused("minimize flush.toml -o small.toml --revision v7 --identity deadlock:nowhere",
                   "--identity: flush.toml does not show deadlock:nowhere on v7, but "
                   "uninitialized-work:cxl_dax_region_driver_register, ");
    expect_refused("minimize missing.toml -o small.toml", "missing.toml: cannot read");
    expect_refused("minimize flush.toml -o ./flush.toml --revision v7",
                   "./flush.toml: is FILE itself");
    EXPECT_EQ(run("minimize flush.toml --revision v7").code, 2) << "no OUT";
    EXPECT_EQ(run("minimize flush.toml -o small.toml --revision v7 --seconds 0").code, 2);
    EXPECT_FALSE(std::filesystem::exists(path("small.toml")));
    EXPECT_EQ(read("flush.toml"), flush_before_probe);
}

TEST_F(Command, RunChecksThatARunRepeats)
{
    const Ended clean = run("run flush.toml --check-determinism");
    EXPECT_EQ(clean.code, 0);
    EXPECT_EQ(clean.out, "mainline: clean\n");
    EXPECT_EQ(run("run flush.toml --check-determinism --revision v7").code, 1);
}

TEST_F(Command, ConvertReplacesWhatALinkPointsTo)
{
    write("target.toml", "");
    std::filesystem::create_symlink("target.toml", path("link.toml"));
    EXPECT_EQ(run("convert flush.toml -o link.toml").code, 0);
    EXPECT_TRUE(std::filesystem::is_symlink(path("link.toml")));
    EXPECT_EQ(read("target.toml"), run("convert flush.toml").out);
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

TEST_F(Command, ListsEachBugOfTheRegressionsOnceWithWhereAndByWhatItShows)
{
    const std::string folder = " --regressions " HMEMFUZZ_SOURCE_DIR "/regressions";
    const Ended people = run("bugs" + folder);
    EXPECT_EQ(people.code, 0);
    // A violation on the revision it is named after, an open finding with its exception.
    for (const std::string line : {"V7-1 v7 uninitialized-work:cxl_dax_region_driver_register - ",
                                   "ML-3 mainline lost-range:process_defer_work ML-3 "})
        EXPECT_EQ(people.out.find(line), people.out.rfind(line)) << line;
    EXPECT_NE(people.out.find("\nV7-1 v7 "), people.out.npos);
    // V7-10 shows by who has a range, which is no finding.
    EXPECT_EQ(people.out.find("V7-10 "), people.out.npos);
    const auto json = nlohmann::json::parse(run("bugs --json" + folder).out);
    EXPECT_EQ(json.size(), std::count(people.out.begin(), people.out.end(), '\n'));
    EXPECT_EQ(run("bugs --regressions nowhere").code, 2);
}

TEST_F(Command, ReachedCountsTheRunsOfFilesAndFoldersAndNamesWhatNeverCameToBe)
{
    std::filesystem::create_directory(path("corpus"));
    write("corpus/notes.md", "no scenario");
    write("corpus/flush.toml", flush_before_probe);
    write("corpus/wire", "\x01\x02\x03");
    const Ended ended = run("reached corpus flush.toml --revision v7");
    EXPECT_EQ(ended.code, 0);
    EXPECT_NE(ended.out.find("properties that fired: 1 of "), ended.out.npos) << ended.out;
    EXPECT_NE(ended.out.find("\n3 runs"), ended.out.npos) << ended.out;
    const auto json = nlohmann::json::parse(run("reached corpus flush.toml --json").out);
    EXPECT_EQ(json["runs"], 3);
    EXPECT_EQ(json["operations"]["modprobe"]["no range"], 2);
    EXPECT_EQ(json["operations"]["rmmod"]["HMEM"], 0);
    EXPECT_EQ(json["properties"]["uninitialized-work"], 0) << "mainline";
    EXPECT_EQ(json["points"]["operation"], 2);
}

TEST_F(Command, ReachedRefusesWhatItCannotRead)
{
    expect_refused("reached missing", "missing: cannot read: No such file or directory\n");
    write("bad.toml", "title = 3");
    expect_refused("reached bad.toml", "bad.toml:1:9: 'title' must be a string");
    expect_refused("reached", "hmemfuzz reached: PATHS is required");
}

TEST_F(Command, DistillWritesFewScenariosThatAreReadAndSaysWhatTheyAreWorth)
{
    std::filesystem::create_directory(path("few"));
    write("same.toml", flush_before_probe);
    const Ended ended = run("distill flush.toml same.toml -o few --revision v7");
    EXPECT_EQ(ended.code, 0) << ended.err;
    EXPECT_EQ(ended.out.substr(0, 45), "1 scenarios in place of 2 come across the sam")
        << ended.out;
    EXPECT_EQ(run("run few/001.toml --revision v7").code, 1);
    EXPECT_TRUE(read("few/001.toml")
                    .starts_with("# SPDX-License-Identifier: GPL-2.0-only\n\n"
                                 "title = \"modprobe dax_cxl\"\n"));

    std::filesystem::create_directory(path("drawn"));
    std::filesystem::create_directory(path("again"));
    EXPECT_EQ(run("distill --draw 20 --seed 3 -o drawn").code, 0);
    EXPECT_EQ(run("distill --draw 20 --seed 3 -o again").code, 0);
    EXPECT_GT(read("drawn/002.toml").size(), 0u);
    EXPECT_EQ(read("drawn/002.toml"), read("again/002.toml"));
    expect_refused("distill -o few", "there is nothing to distill: name PATHS or --draw");
    expect_refused("distill flush.toml -o nowhere", "-o: nowhere is no folder");
    expect_refused("distill flush.toml -o few --revision v77", "");
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
    write("two.toml", two_ranges);
    for (const std::string bad :
         {"--switches 65", "--switches many", "--switches -1", "--faults 17", "--jobs 0",
          "--shard 3/2", "--shard 0/2", "--shard 1", "--runs 0"}) {
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
                                  "--runs 5", "file.toml", "--write nowhere"}) {
        const Ended refused = run("explore --all-programs " + bad);
        EXPECT_EQ(refused.code, 2) << bad;
        EXPECT_EQ(refused.out, "") << bad;
    }
    expect_refused("explore", "explore: FILE is required, or --all-programs");
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
} // namespace cli
