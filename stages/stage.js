// Tells every serverless.yml what stages/<stage>.yml says, checked by cli/deployment.py: ${file(../../stages/stage.js):region}.
// A file that is missing or wrong ends the command here, before anything is packaged or changed.
"use strict";
const { execFileSync } = require("node:child_process");
const path = require("node:path");

const root = path.resolve(__dirname, "..");
let told;

module.exports = ({ options }) => {
  if (told === undefined) {
    const python = path.join(root, ".venv", "bin", "python");
    const words = ["-m", "cli.deployment", options.stage || "local", options.region || ""];
    try {
      told = JSON.parse(execFileSync(python, words, { cwd: root, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] }));
    } catch (error) {
      throw (error.stderr || "").trim() || `${python} does not run: make setup`; // a string: osls prints it without a stack
    }
  }
  return told;
};
