#!/usr/bin/env node
// The command of this package. npm links commands before it builds, so this file is in the repository and bin/ is not.
import "./bin/check.js";
