// Builds the service's zip with packaging/build.py before osls packages or deploys it.
"use strict";
const { execFileSync } = require("node:child_process");
const path = require("node:path");

const root = path.resolve(__dirname, "..");

module.exports = class Packaging {
  constructor(serverless) {
    const build = () => {
      const service = path.basename(serverless.serviceDir);
      const python = path.join(root, ".venv", "bin", "python");
      execFileSync(python, [path.join(__dirname, "build.py"), service], { cwd: root, stdio: "inherit" });
    };
    this.hooks = {
      "before:package:createDeploymentArtifacts": build,
      "before:deploy:function:packageFunction": build,
    };
  }
};
