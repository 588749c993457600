/** Fails a run in which a test was skipped, marked to fail, flaky, or in which there was none at all. */
export default class NothingLeftOut {
  onBegin(_config, suite) {
    this.suite = suite;
  }

  onEnd(result) {
    const tests = this.suite.allTests();
    const odd = tests.filter((test) => !['expected', 'unexpected'].includes(test.outcome()) || test.expectedStatus !== 'passed');
    for (const test of odd) {
      console.log(`left out: ${test.titlePath().filter(Boolean).join(' > ')}`);
    }
    const passed = tests.filter((test) => test.outcome() === 'expected').length - odd.filter((test) => test.outcome() === 'expected').length;
    console.log(`browser: ${passed} passed, ${tests.length - passed - odd.length} failed, ${odd.length} left out`);
    if (odd.length > 0 || tests.length === 0) return { status: 'failed' };
    return { status: result.status };
  }
}
