// SPDX-License-Identifier: GPL-2.0-only
// The command hmemfuzz; see commands.hpp.
#include "cli/commands.hpp"

int main(int argc, char **argv) { return cli::command(argc, argv); }
