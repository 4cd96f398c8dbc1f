// SPDX-License-Identifier: GPL-2.0-only
// What the text form refuses: each row is one mistake a person can make, where it is told to be,
// and the words that tell it.
#include "scenario/text.hpp"

#include <gtest/gtest.h>

#include <fmt/format.h>

namespace scenario {
namespace {

struct Mistake {
    std::string_view name;
    std::string text;
    int line;
    int column;
    std::string_view message; // a part of it, or all
};

std::string repeated(std::string_view item, std::size_t times)
{
    std::string result;
    while (times-- > 0)
        result += item;
    return result;
}

// One region and two actors, for what needs them: six lines, so that what is appended starts on
// line 7. What stands before any table is put in front, on line 1.
std::string with_top(std::string_view top)
{
    return std::string(top) + R"(
[layout]
regions = [{ name = "region2", range = "0x0-0xf" }]
[[actor]]
name = "admin"
)";
}

std::string with_switch(std::string_view line)
{
    return with_top(fmt::format("switches = ['{}']", line));
}
std::string with_fault(std::string_view line)
{
    return with_top(fmt::format("faults = ['{}']", line));
}
std::string with_operation(std::string_view line)
{
    return with_top("") + fmt::format("ops = [ '{}' ]\n", line);
}
std::string with_range(std::string_view range)
{
    return fmt::format("[layout]\nhmat = [ {{ range = '{}' }} ]\n", range);
}

void PrintTo(const Mistake &mistake, std::ostream *out) { *out << mistake.name; }

class TextMistakes : public testing::TestWithParam<Mistake> {};

TEST_P(TextMistakes, AreToldWithTheirPlace)
{
    const Mistake &mistake = GetParam();
    const auto result = parse_text(mistake.text);
    const auto *error = std::get_if<TextError>(&result);
    ASSERT_NE(error, nullptr) << mistake.text;
    EXPECT_EQ(error->line, mistake.line) << error->message << '\n' << mistake.text;
    EXPECT_EQ(error->column, mistake.column) << error->message << '\n' << mistake.text;
    EXPECT_NE(error->message.find(mistake.message), error->message.npos) << error->message;
}

std::string name_of_mistake(const testing::TestParamInfo<Mistake> &info)
{
    return std::string(info.param.name);
}

INSTANTIATE_TEST_SUITE_P(
    Bytes, TextMistakes,
    testing::ValuesIn(std::vector<Mistake>{
        {"Syntax", "title = \"a\"\nopen = = true", 2, 8, "not TOML: "},
        {"Unterminated", "title = \"a", 1, 11, "not TOML: "},
        {"UnterminatedAfterAWholeLine", "open = true\ntitle = \"\"\"a\n", 3, 1, "not TOML: "},
        {"UnterminatedInItsLastLine", "title = \"\"\"\na", 2, 2, "not TOML: "},
        {"NulByte", std::string("title = \"\0\"", 11), 1, 10, "not TOML: "},
        {"NulByteOutside", std::string("title\0", 6), 1, 6, "not TOML: "},
        {"InvalidUtf8", "title = \"\xff\"", 1, 9, "not TOML: Encountered invalid utf-8"},
        {"CutUtf8", "title = \"\xe2\x82", 1, 9, "not TOML: "},
        {"KeyTwice", "open = true\nopen = true\n", 2, 8, "cannot redefine existing boolean 'open'"},
        {"DeepKey", "a.a.a.a.a.a.a.a.a.a = 1", 1, 18, "a key has more than 8 dots"},
        {"DeepValue", "a = " + repeated("[", 100), 1, 21, "exceeded maximum nested value depth"},
    }),
    name_of_mistake);

INSTANTIATE_TEST_SUITE_P(
    Keys, TextMistakes,
    testing::ValuesIn(std::vector<Mistake>{
        {"UnknownTopKey", "titel = 'a'", 1, 1,
         "unknown key of the file 'titel', did you mean 'title'? (allowed: title, source, "
         "revision, open, layout, actor, switches, faults, shows, expect, "
         "owners)"},
        {"UnknownLayoutKey", "[layout]\nregion = []", 2, 1,
         "unknown key of [layout] 'region', did you mean 'regions'?"},
        {"UnknownConfigKey", "[layout]\nconfig = { dax = true }", 2, 12,
         "unknown key of config 'dax'"},
        {"UnknownWindowKey", "[layout]\nwindows = [\n{ name = 'window0', size = 1 }]", 3, 21,
         "unknown key of a window 'size' (allowed: name, range)"},
        {"UnknownRegionKey", "[layout]\nregions = [{ state = 1 }]", 2, 14,
         "unknown key of a region 'state'"},
        {"UnknownMemoryKey", "[layout]\nhmat = [{ nid = 1 }]", 2, 11,
         "unknown key of a memory range 'nid'"},
        {"UnknownActorKey", "[[actor]]\nname = 'a'\noperations = []", 3, 1,
         "unknown key of an [[actor]] 'operations'"},
        {"TopKeyInActor", "[[actor]]\nname = 'a'\nswitches = []", 3, 1,
         "key 'switches' is no key of an [[actor]], it belongs at the top of the file, above the "
         "first [table]"},
        {"SecondPlatformKey", "[layout]\nhmem_platform_1 = { range = '0x0-0xf', id = 1 }", 2, 40,
         "unknown key of a memory range 'id' (allowed: range, node)"},
        {"SecondPlatformWithoutRange", "[layout]\nhmem_platform_1 = { node = 1 }", 2, 19,
         "a memory range needs the key 'range'"},
        {"ActorWithoutName", "[[actor]]\nops = []", 1, 1, "an [[actor]] needs the key 'name'"},
        {"WindowWithoutName", "[layout]\nwindows = [{ range = '0x0-0x1' }]", 2, 12,
         "a window needs the key 'name'"},
        {"RegionWithoutRange", "[layout]\nregions = [{ name = 'region0' }]", 2, 12,
         "a region needs the key 'range'"},
        {"MemoryWithoutRange", "[layout]\nsoft_reserved = [{}]", 2, 18,
         "a memory range needs the key 'range'"},
    }),
    name_of_mistake);

INSTANTIATE_TEST_SUITE_P(
    Types, TextMistakes,
    testing::ValuesIn(std::vector<Mistake>{
        {"Title", "title = 3", 1, 9, "'title' must be a string, not an integer"},
        {"Revision", "revision = []", 1, 12, "'revision' must be a string, not an array"},
        {"Open", "open = 'true'", 1, 8, "'open' must be a boolean (true or false), not a string"},
        {"Layout", "layout = 1.5", 1, 10, "'layout' must be a table, not a number"},
        {"Actor", "[actor]\nname = 'a'", 1, 1, "'actor' must be an array of tables, not a table"},
        {"Switches", "switches = 'a'", 1, 12,
         "'switches' must be an array of strings, not a string"},
        {"SwitchItem", "switches = [1]", 1, 13,
         "an item of 'switches' must be a string, not an integer"},
        {"FaultItem", "faults = [\n2000-01-01]", 2, 1, "must be a string, not a date"},
        {"Ops", "[[actor]]\nname = 'a'\nops = [true]", 3, 8,
         "an item of 'ops' must be a string, not a boolean"},
        {"Windows", "[layout]\nwindows = ['window0']", 2, 12,
         "an item of 'windows' must be a table, not a string"},
        {"Range", "[layout]\nhmat = [{ range = 0x1000 }]", 2, 19, "'range' must be a string"},
        {"Node", "[layout]\nhmat = [{ range = '0x0-0x1', node = '1' }]", 2, 37,
         "'node' must be an integer, not a string"},
        {"SystemRam",
         "[layout]\nregions = [{ name = 'region0', range = '0x0-0x1', system_ram = 1 }]", 2, 64,
         "'system_ram' must be a boolean (true or false), not an integer"},
        {"Config", "[layout]\nconfig = []", 2, 10, "'config' must be a table, not an array"},
        {"SecondPlatform", "[layout]\nhmem_platform_1 = '0x0-0xf'", 2, 19,
         "'hmem_platform_1' must be a table, not a string"},
        {"Builtin", "[layout]\nconfig = { builtin = 'cxl_acpi' }", 2, 22,
         "'builtin' must be an array of strings, not a string"},
        {"BuiltinItem", "[layout]\nconfig = { builtin = [ 1 ] }", 2, 24,
         "an item of 'builtin' must be a string, not an integer"},
        {"AsyncProbe", "[layout.config]\nasync_probe = true", 2, 15,
         "'async_probe' must be an array of strings, not a boolean"},
        {"KmemRemove", "[layout.config]\nkmem_remove_fails = 1", 2, 21,
         "'kmem_remove_fails' must be a boolean (true or false), not an integer"},
        {"Shows", "shows = 'V7-1'", 1, 9, "'shows' must be an array of tables"},
        {"ShowsBy", "[[shows]]\nentry = 'V7-1'\nby = 'a:b'", 3, 6,
         "'by' must be an array of strings"},
        {"Source", "source = ['V7-1']", 1, 10, "'source' must be a string, not an array"},
        {"ConfigFlag", "[layout]\nconfig = { cxl_region = 1 }", 2, 25,
         "'cxl_region' must be a boolean"},
        {"Expect", "expect = []", 1, 10, "'expect' must be a table, not an array"},
        {"Verdict", "[expect]\nv7 = 'clean'", 2, 6,
         "'v7' must be an array of strings, not a string"},
    }),
    name_of_mistake);

INSTANTIATE_TEST_SUITE_P(
    Layouts, TextMistakes,
    testing::ValuesIn(std::vector<Mistake>{
        {"StartAfterEnd", with_range("0x2-0x1"), 2, 20, "range '0x2-0x1' starts after its end"},
        {"NoPrefix", with_range("1000-1fff"), 2, 20,
         "range '1000-1fff' is not of the form '0xSTART-0xEND'"},
        {"OneEnd", with_range("0x1000"), 2, 20, "is not of the form"},
        {"NoDigits", with_range("0x-0x1"), 2, 20, "is not of the form"},
        {"NoHexadecimal", with_range("0x1-0x1g"), 2, 20, "is not of the form"},
        {"TooManyDigits", with_range("0x1-0x10000000000000000"), 2, 20, "is not of the form"},
        {"TooManyZeros", with_range("0x1-0x00000000000000001"), 2, 20, "is not of the form"},
        {"SignInRange", with_range("0x-1-0x1"), 2, 20, "is not of the form"},
        {"SpaceInRange", with_range("0x1 -0x1"), 2, 20, "is not of the form"},
        {"NodeTooLarge", "[layout]\nhmat = [{ range = '0x0-0x1', node = 256 }]", 2, 37,
         "node 256 is not a number from -1 to 255"},
        {"NodeTooSmall", "[layout]\nhmat = [{ range = '0x0-0x1', node = -2 }]", 2, 37,
         "node -2 is not a number from -1 to 255"},
        {"WindowNumber", "[layout]\nwindows = [{ name = 'window16', range = '0x0-0x1' }]", 2, 21,
         "name 'window16' is not one of window0 to window15"},
        {"WindowName", "[layout]\nwindows = [{ name = 'region0', range = '0x0-0x1' }]", 2, 21,
         "name 'region0' is not one of window0 to window15"},
        {"WindowZeros", "[layout]\nwindows = [{ name = 'window01', range = '0x0-0x1' }]", 2, 21,
         "name 'window01' is not one of"},
        {"RegionNumber", "[layout]\nregions = [{ name = 'region-1', range = '0x0-0x1' }]", 2, 21,
         "name 'region-1' is not one of region0 to region15"},
        {"WindowTwice",
         "[layout]\nwindows = [{ name = 'window1', range = '0x0-0x1' },\n{ name = 'window1', range "
         "= "
         "'0x0-0x1' }]",
         3, 10, "duplicate name 'window1'"},
        {"RegionTwice",
         "[layout]\nregions = [{ name = 'region1', range = '0x0-0x1' },\n{ name = 'region1', range "
         "= "
         "'0x0-0x1' }]",
         3, 10, "duplicate name 'region1'"},
        {"Assembly",
         "[layout]\nregions = [{ name = 'region1', range = '0x0-0x1', assembly = 'lat' }]", 2, 62,
         "unknown assembly 'lat', did you mean 'late'? (allowed: ok, fail, late, none)"},
        {"Mode", "[layout]\nregions = [{ name = 'region1', range = '0x0-0x1', mode = 'dram' }]", 2,
         58, "unknown mode 'dram', did you mean 'ram'? (allowed: ram, pmem, type2)"},
        {"BuiltinModule", "[layout]\nconfig = { builtin = ['cxl_mem'] }", 2, 23,
         "unknown module 'cxl_mem', did you mean 'cxl_pci'? (allowed: dax_hmem, dax_cxl, "
         "cxl_acpi, cxl_pci"},
        {"BuiltinTwice", "[layout]\nconfig = { builtin = ['cxl_pci', 'cxl_pci'] }", 2, 34,
         "duplicate module 'cxl_pci'"},
        {"AsyncProbeDriver", "[layout]\nconfig = { async_probe = ['dax_hmem'] }", 2, 27,
         "unknown driver 'dax_hmem' (allowed: hmem_platform, hmem)"},
        {"TooManyRanges",
         "[layout]\nsoft_reserved = [" + repeated("{ range = '0x0-0x1' },", 16) +
             "\n{ range = '0x0-0x1' }]",
         3, 1, "'soft_reserved' has 17 items, at most 16 are allowed"},
        {"TooManyEntries", "[layout]\nhmat = [" + repeated("{ range = '0x0-0x1' },", 17) + "]", 2,
         361, "'hmat' has 17 items, at most 16 are allowed"},
        {"TooManyWindows", "[layout]\nwindows = [" + repeated("{},", 17) + "]", 2, 60,
         "'windows' has 17 items, at most 16 are allowed"},
        {"TooManyRegions", "[layout]\nregions = [" + repeated("{},", 17) + "]", 2, 60,
         "'regions' has 17 items, at most 16 are allowed"},
        {"FirstInTheFile", "[layout]\nregions = [{}]\nhmat = [{}]\nconfig = 1", 2, 12,
         "a region needs the key"},
        {"LayoutBeforeItsUse",
         "[[actor]]\nname = 'a'\nops = ['assemble region5']\n[layout]\nregions = "
         "[{ name = 'regoin5', range = '0x0-0x1' }]",
         5, 21, "name 'regoin5' is not one of"},
    }),
    name_of_mistake);

INSTANTIATE_TEST_SUITE_P(
    Actors, TextMistakes,
    testing::ValuesIn(std::vector<Mistake>{
        {"NameEmpty", "[[actor]]\nname = ''", 2, 8,
         "actor name '' is not of the form [a-z][a-z0-9_-]*"},
        {"NameCapital", "[[actor]]\nname = 'Admin'", 2, 8, "actor name 'Admin' is not of the form"},
        {"NameDigit", "[[actor]]\nname = '1st'", 2, 8, "actor name '1st' is not of the form"},
        {"NameLong", "[[actor]]\nname = 'abcdefghijklmnopq'", 2, 8, "with at most 16 characters"},
        {"NameEscapes", "[[actor]]\nname = \"a\\u0000\"", 2, 8, "actor name 'a\\x00' is not"},
        {"NameBoot", "[[actor]]\nname = 'boot'", 2, 8,
         "actor name 'boot' already means something else"},
        {"NameEpilogue", "[[actor]]\nname = 'epilogue'", 2, 8, "already means something else"},
        {"NameResolution", "[[actor]]\nname = 'resolution'", 2, 8, "already means something else"},
        {"NameRegister", "[[actor]]\nname = 'cxl-register'", 2, 8, "already means something else"},
        {"NameEnumerate", "[[actor]]\nname = 'cxl-enumerate'", 2, 8,
         "already means something else"},
        {"NameProbe", "[[actor]]\nname = 'probe'", 2, 8, "already means something else"},
        {"NameModprobe", "[[actor]]\nname = 'modprobe'", 2, 8, "already means something else"},
        {"NamePoint", "[[actor]]\nname = 'point'", 2, 8, "already means something else"},
        {"NameTwice", "[[actor]]\nname = 'a'\n[[actor]]\nname = 'a'", 4, 8, "duplicate name 'a'"},
        {"TooMany", repeated("[[actor]]\nname = 'a'\n", 5), 9, 1,
         "'actor' has 5 items, at most 4 are allowed"},
        {"TooManyOps", "[[actor]]\nname = 'a'\nops = [" + repeated("'slow-probe end',", 17) + "]",
         3, 280, "'ops' has 17 items, at most 16 are allowed"},
        {"Operation", with_operation("modprob dax_cxl"), 6, 9,
         "unknown operation 'modprob', did you mean 'modprobe'? (allowed: modprobe, insmod, rmmod, "
         "bind, unbind, assemble, decommit, destroy, slow-probe start, slow-probe end, add, del)"},
        {"OperationEmpty", with_operation(""), 6, 9, "unknown operation ''"},
        {"SlowProbe", with_operation("slow-probe strat"), 6, 9,
         "unknown operation 'slow-probe strat', did you mean 'slow-probe start'?"},
        {"SlowProbeOperand", with_operation("slow-probe end now"), 6, 9,
         "operation 'slow-probe end' takes no operand"},
        {"Module", with_operation("rmmod dax_cxxl"), 6, 9,
         "unknown module 'dax_cxxl', did you mean 'dax_cxl'? (allowed: dax_hmem, dax_cxl, "
         "cxl_acpi, cxl_pci, "
         "dax.ko)"},
        {"ModuleMissing", with_operation("insmod"), 6, 9, "unknown module ''"},
        {"TwoSpaces", with_operation("insmod  dax_cxl"), 6, 9, "unknown module ' dax_cxl'"},
        {"SpaceAfter", with_operation("insmod dax_cxl "), 6, 9, "unknown module 'dax_cxl '"},
        {"Region", with_operation("assemble region0"), 6, 9,
         "unknown region 'region0' (the layout has region2)"},
        {"NoRegions", "[[actor]]\nname = 'a'\nops = ['destroy region0']", 3, 8,
         "unknown region 'region0' (the layout has no regions)"},
        {"Device", with_operation("bind mem0"), 6, 9,
         "unknown device 'mem0' (expected hmem_platform.0, hmem.N, hmem#K with K from 0 to 15, "
         "cxl_acpi or a region; the layout has region2)"},
        {"DeviceRegion", with_operation("unbind region3"), 6, 9, "unknown device 'region3'"},
        {"DeviceBare", with_operation("unbind hmem"), 6, 9, "unknown device 'hmem'"},
        {"DeviceNumber", with_operation("unbind hmem.10000"), 6, 9, "unknown device 'hmem.10000'"},
        {"DeviceSign", with_operation("unbind hmem.-0"), 6, 9, "unknown device 'hmem.-0'"},
        {"DeviceIndex", with_operation("unbind hmem#16"), 6, 9,
         "index of hmem#K '16' is not a number from 0 to 15"},
        {"SecondPlatformBind", with_operation("bind hmem_platform.1"), 6, 9,
         "there is no hmem_platform.1 (the layout has no key 'hmem_platform_1')"},
        {"SecondPlatformAdd", with_operation("add hmem_platform.1"), 6, 9,
         "there is no hmem_platform.1"},
        {"SecondPlatformDel", with_operation("del hmem_platform.0"), 6, 9,
         "unknown device 'hmem_platform.0' (expected hmem_platform.1)"},
        {"ActorsBeforeTheirUse",
         "switches = ['amdin before probe - #1 -> boot']\n[[actor]]\nname = '-'", 3, 8,
         "actor name '-' is not"},
    }),
    name_of_mistake);

INSTANTIATE_TEST_SUITE_P(
    Schedules, TextMistakes,
    testing::ValuesIn(std::vector<Mistake>{
        {"Form", with_switch("admin queue_work"), 1, 13,
         "switch 'admin queue_work' is not of the form 'ROLE before POINT OBJECT #N -> ROLE', "
         "'ROLE blocks on OBJECT #N -> ROLE', 'ROLE ends #N -> ROLE' or 'point +GAP -> runnable "
         "PICK', 'stop +GAP -> runnable PICK'"},
        {"BlocksAt", with_switch("admin blocks at iomem #1 -> boot"), 1, 13, "is not of the form"},
        {"BlocksOnNothing", with_switch("admin blocks on #1 -> boot"), 1, 13, "is not of the form"},
        {"EndsObject", with_switch("admin ends iomem #1 -> boot"), 1, 13, "is not of the form"},
        {"StopForm", with_switch("stop 1 -> runnable 1"), 1, 13, "is not of the form"},
        {"StopGap", with_switch("stop +0 -> runnable 1"), 1, 13, "gap"},
        {"EndsArrival", with_switch("admin ends #0 -> boot"), 1, 13, "arrival"},
        {"After", with_switch("admin after queue_work - #1 -> boot"), 1, 13, "is not of the form"},
        {"TwoSpaces", with_switch("admin before  queue_work - #1 -> boot"), 1, 13,
         "is not of the form"},
        {"NoNumber", with_switch("admin before queue_work - 1 -> boot"), 1, 13,
         "is not of the form"},
        {"Role", with_switch("amdin before queue_work - #1 -> boot"), 1, 13,
         "unknown role 'amdin', did you mean 'admin'? (allowed: admin, boot, epilogue, resolution, "
         "cxl-register, cxl-enumerate, deferred-probe, cxl-attach, probe:DEVICE, modprobe:MODULE)"},
        {"RoleByIndex", with_switch("actor0 before queue_work - #1 -> boot"), 1, 13,
         "unknown role 'actor0'"},
        {"Target", with_switch("admin before queue_work - #1 -> bot"), 1, 13,
         "unknown role 'bot', did you mean 'boot'?"},
        {"Point", with_switch("admin before queue_wrok - #1 -> boot"), 1, 13,
         "unknown point 'queue_wrok', did you mean 'queue_work'? (allowed: operation, queue_work,"},
        {"Object", with_switch("admin before queue_work resolutoin #1 -> boot"), 1, 13,
         "unknown object 'resolutoin', did you mean 'resolution'?"},
        {"ObjectNumber", with_switch("admin before probe hmem.01 #1 -> boot"), 1, 13,
         "object 'hmem.01' has a malformed number (expected something like 'hmem.0')"},
        {"ObjectSign", with_switch("admin before probe hmem.-0 #1 -> boot"), 1, 13,
         "unknown object"},
        {"ObjectNumberless", with_switch("admin before probe vmlinux3 #1 -> boot"), 1, 13,
         "object 'vmlinux3' has a number, 'vmlinux' carries none"},
        {"DaxPart", with_switch("admin before probe dax1 #1 -> boot"), 1, 13,
         "object 'dax1' has a malformed number (expected something like 'dax0.0')"},
        {"ArrivalZero", with_switch("admin before probe - #0 -> boot"), 1, 13,
         "arrival '0' is not a number from 1 to 65535"},
        {"ArrivalLarge", with_switch("admin before probe - #65536 -> boot"), 1, 13,
         "arrival '65536' is not a number from 1 to 65535"},
        {"ProbeObject", with_switch("probe:window0 before probe - #1 -> boot"), 1, 13,
         "'window0' is no device that is probed (expected one of hmem_platform.N, hmem.N, daxN.M, "
         "regionN, dax_regionN, memN, slow-probe, cxl_acpi, cxl_pci"},
        {"ProbeBare", with_switch("probe:hmem before probe - #1 -> boot"), 1, 13,
         "'hmem' is no device that is probed"},
        {"ProbeUnknown", with_switch("probe:hmme.0 before probe - #1 -> boot"), 1, 13,
         "unknown object 'hmme', did you mean 'hmem'?"},
        {"ModprobeModule", with_switch("modprobe:kmem before probe - #1 -> boot"), 1, 13,
         "unknown module 'kmem'"},
        {"Gap", with_switch("point +0 -> runnable 1"), 1, 13,
         "gap '0' is not a number from 1 to 65535"},
        {"GapSign", with_switch("point ++1 -> runnable 1"), 1, 13, "gap '+1' is not a number"},
        {"Pick", with_switch("point +1 -> runnable 256"), 1, 13,
         "pick '256' is not a number from 0 to 255"},
        {"PickForm", with_switch("point 1 -> runnable 1"), 1, 13, "is not of the form"},
        {"SwitchesTooMany", "switches = [" + repeated("'',", 65) + "]", 1, 205,
         "'switches' has 65 items, at most 64 are allowed"},
        {"FaultForm", with_fault("admin driver_register(hmem)#1"), 1, 11,
         "fault 'admin driver_register(hmem)#1' is not of the form 'ROLE: SITE(OBJECT)#N' or "
         "'ROLE: nth N'"},
        {"FaultNoCount", with_fault("admin: driver_register(hmem)"), 1, 11, "is not of the form"},
        {"FaultBackwards", with_fault("admin: )#1("), 1, 11, "is not of the form"},
        {"FaultRole", with_fault("nobody: nth 1"), 1, 11, "unknown role 'nobody'"},
        {"FaultSite", with_fault("boot: driver_regster(hmem)#1"), 1, 11,
         "unknown site 'driver_regster', did you mean 'driver_register'? (allowed: "
         "memregion_alloc,"},
        {"FaultObject", with_fault("boot: driver_register(slab)#1"), 1, 11,
         "unknown object 'slab'"},
        {"FaultCount", with_fault("boot: driver_register(hmem)#x"), 1, 11,
         "count 'x' is not a number from 1 to 65535"},
        {"FaultNth", with_fault("boot: nth 0"), 1, 11, "count '0' is not a number from 1 to 65535"},
        {"FaultsTooMany", "faults = [" + repeated("'',", 17) + "]", 1, 59,
         "'faults' has 17 items, at most 16 are allowed"},
    }),
    name_of_mistake);

std::string many_revisions()
{
    std::string text = "[expect]\n";
    for (std::size_t i = 0; i <= expectations_max; ++i)
        text += fmt::format("v{} = []\n", i);
    return text;
}

INSTANTIATE_TEST_SUITE_P(
    Heads, TextMistakes,
    testing::ValuesIn(std::vector<Mistake>{
        {"TitleLong", "title = '" + repeated("x", 1025) + "'", 1, 9,
         "title has 1025 bytes, at most 1024 are allowed"},
        {"SourceLong", "source = '" + repeated("x", 1025) + "'", 1, 10,
         "source has 1025 bytes, at most 1024 are allowed"},
        {"EntryForm", "[[shows]]\nentry = 'V7'", 2, 9,
         "entry 'V7' is not of the form [A-Z0-9]+-[0-9]+[a-c]?, T-[A-Z][0-9]+(.[0-9]+)?[a-d]? or "
         "[a-z][a-z0-9_-]*"},
        {"LayoutBare", "[[shows]]\nentry = 'T-S'", 2, 9, "entry 'T-S' is not of the form"},
        {"LayoutDot", "[[shows]]\nentry = 'T-T2.'", 2, 9, "entry 'T-T2.' is not of the form"},
        {"LayoutLetter", "[[shows]]\nentry = 'T-T1e'", 2, 9, "entry 'T-T1e' is not of the form"},
        {"LayoutTwoLetters", "[[shows]]\nentry = 'T-T1ab'", 2, 9, "is not of the form"},
        {"LayoutSeries", "[[shows]]\nentry = 'V-T1'", 2, 9, "entry 'V-T1' is not of the form"},
        {"LayoutLower", "[[shows]]\nentry = 'T-t1'", 2, 9, "entry 'T-t1' is not of the form"},
        {"EntryLetter", "[[shows]]\nentry = 'V7-1d'", 2, 9, "entry 'V7-1d' is not of the form"},
        {"EntryMixed", "[[shows]]\nentry = 'Ml-3'", 2, 9, "entry 'Ml-3' is not of the form"},
        {"EntryWithoutNumber", "[[shows]]\nentry = 'ML-a'", 2, 9,
         "entry 'ML-a' is not of the form"},
        {"EntryLong", "[[shows]]\nentry = '" + repeated("a", 49) + "'", 2, 9,
         "with at most 48 charact"},
        {"EntryTwice", "[[shows]]\nentry = 'ML-3'\n[[shows]]\nentry = 'ML-3'", 4, 9,
         "duplicate entry 'ML-3'"},
        {"EntryMissing", "[[shows]]\non = ['v7']", 1, 1, "a [[shows]] needs the key 'entry'"},
        {"EntriesMany", repeated("[[shows]]\nentry = 'a-1'\n", 17), 33, 1,
         "'shows' has 17 items, at most 16 are allowed"},
        {"SignForm", "[[shows]]\nentry = 'ML-3'\nby = ['lost']", 3, 7, "'lost' is not"},
        {"SignOwner", "[[shows]]\nentry = 'ML-3'\nby = ['0x1-0x2 cx']", 3, 7, "unknown owner 'cx'"},
        {"SignTwice", "[[shows]]\nentry = 'ML-3'\nby = ['a:b', 'a:b']", 3, 14,
         "duplicate sign 'a:b'"},
        {"ShowsCatalogue", "[[shows]]\nentry = 'ML-3'\ncatalogue = ['v7', 'v7']", 3, 20,
         "duplicate revision 'v7'"},
        {"ShowsRevision", "[[shows]]\nentry = 'ML-3'\non = ['V 7']", 3, 7,
         "revision 'V 7' is not of the form"},
        {"ExpectNotApplicable", "[expect]\nv7 = ['n/a', 'a:b']", 2, 6,
         "'n/a' stands alone or not at all"},
        {"RevisionEmpty", "revision = ''", 1, 12, "revision '' is not of the form"},
        {"RevisionForm", "revision = 'v7 '", 1, 12,
         "revision 'v7 ' is not of the form [a-z][a-z0-9_-]* with at most 32 characters"},
        {"OwnersForm", "[owners]\nv7 = ['hmem']", 2, 7,
         "'hmem' is not of the form '0xSTART-0xEND owner' (owner: nobody, hmem, hmem-unusable, cxl, "
         "cxl-unusable)"},
        {"OwnersWord", "[owners]\nv7 = ['0x0-0xf hmm']", 2, 7,
         "unknown owner 'hmm', did you mean 'hmem'?"},
        {"OwnersRange", "[owners]\nv7 = ['0x1-0x0 hmem']", 2, 7, "starts after its end"},
        {"ExpectKey", "[expect]\n\"V 7\" = []", 2, 1, "revision 'V 7' is not of the form"},
        {"ExpectForm", "[expect]\nv7 = ['lost-range']", 2, 7,
         "violation 'lost-range' is not of the form 'property:cause' with at most 160 characters, "
         "nor 'not-fired' or 'n/a'"},
        {"ExpectNoCause", "[expect]\nv7 = ['lost-range:']", 2, 7, "is not of the form"},
        {"ExpectNoProperty", "[expect]\nv7 = [':hmem_register_device']", 2, 7,
         "is not of the form"},
        {"ExpectSpace", "[expect]\nv7 = ['lost-range: f']", 2, 7, "is not of the form"},
        {"ExpectTwice", "[expect]\nv7 = ['a:b', 'a:b']", 2, 14, "duplicate violation 'a:b'"},
        {"ExpectLong", "[expect]\nv7 = ['a:" + repeated("b", 159) + "']", 2, 7,
         "with at most 160 characters"},
        {"ExpectMany", "[expect]\nv7 = [" + repeated("'',", 33) + "]", 2, 103,
         "'v7' has 33 items, at most 32 are allowed"},
        {"ExpectManyRevisions", many_revisions(), 66, 1,
         "[expect] has 65 revisions, at most 64 are allowed"},
    }),
    name_of_mistake);

} // namespace
} // namespace scenario
