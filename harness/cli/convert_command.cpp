// SPDX-License-Identifier: GPL-2.0-only
// hmemfuzz convert: a scenario from text to wire and back.
#include "cli/commands.hpp"
#include "cli/input.hpp"
#include "cli/output.hpp"
#include "cli/scenario_options.hpp"

#include <memory>
#include <string>

namespace cli {
namespace {

struct ConvertOptions {
    std::string input;
    std::string output = "-";
    std::string format;
};

void convert(const ConvertOptions &options)
{
    const scenario::Scenario scenario = read_scenario(options.input, options.format);
    write_scenario(options.output, scenario);
}

} // namespace

void add_convert(CLI::App &app, int &)
{
    CLI::App *command = app.add_subcommand("convert", "Rewrite a scenario as text or as wire");
    const auto options = std::make_shared<ConvertOptions>();
    command->add_option("FILE", options->input, "The scenario; - is stdin")
        ->required()
        ->option_text(" ");
    command
        ->add_option(
            "-o", options->output,
            "Where to: text if the name ends in .toml or is - (stdout, the default), wire\n"
            "otherwise")
        ->option_text("OUT");
    add_format_option(*command, options->format);
    command->callback([options] { convert(*options); });
}

} // namespace cli
