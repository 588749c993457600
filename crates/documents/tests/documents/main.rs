//! Records in, bytes out and back, through the doors that other rooms use.
