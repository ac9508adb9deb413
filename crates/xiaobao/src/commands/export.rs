//! `xiaobao export`: lists written out, masked unless somebody with the right to see more asks.
