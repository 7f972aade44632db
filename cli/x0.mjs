#!/usr/bin/env node
import { launch } from "./launch.mjs";

await launch("x0", "npx x0");
