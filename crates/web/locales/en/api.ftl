fault-cursor-unknown = { $label } is not the next of an earlier page
fault-state-unknown = There is no state of the name given in { $label }
