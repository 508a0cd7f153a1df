self.onmessage = ({ data: periodMillis }) =>
  setInterval(() => self.postMessage(null), periodMillis);
