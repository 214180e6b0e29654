"use strict";
// Ask the server that edatool docs --serve runs whether it has newer pages, and show this one anew then.
(() => {
  const AGAIN = 700;
  let seen = null;
  const ask = async () => {
    try {
      const answer = await (await fetch("/live")).text();
      if (seen !== null && answer !== seen) location.reload();
      seen = answer;
    } catch {
      // It is not there for now.
    }
    setTimeout(ask, AGAIN);
  };
  ask();
})();
