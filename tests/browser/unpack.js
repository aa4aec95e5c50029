// Unpacks the Chromium of the npm package, its libraries and fonts into TMPDIR, and prints where the program is.
// The libraries come only when it takes itself for a Lambda (AWS_EXECUTION_ENV, see chromium.py).
import chromium from "@sparticuz/chromium";

console.log(await chromium.executablePath());
