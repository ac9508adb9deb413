//! The voice of the customer: complaints and other matters from filing to closing, within their statutory clocks.
