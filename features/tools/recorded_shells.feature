Feature: Records of command shells
  Where the site says so, the session's report has a video and a transcript of each shell.

  Background:
    Given the site "recorded"
    And Alex is signed in to the desktop console
    And Carla is a customer with a Windows PC on fibre
    And Carla is in session with Alex
    And Alex has command shell open in Carla's session

  @SHL-07 @SHL-08
  Scenario: The report has a video and a transcript of each shell
    Given Alex has a shell open in Carla's session
    And Alex types "echo first shell" into the shell of Carla's session
    And the shell of Carla's session on Alex's console shows "first shell"
    And Alex closes the shell in front of Carla's session
    And Alex has a shell open in Carla's session
    And Alex types "echo second shell" into the shell of Carla's session
    And the shell of Carla's session on Alex's console shows "second shell"
    When Alex ends Carla's session
    And Alex opens the report of Carla's session
    Then the report on Alex's console has records of 2 shells
    And the report on Alex's console has a video of the shell "cmd.exe" that shows "first shell"
    And the report on Alex's console has a video of the shell "cmd.exe" that shows "second shell"
    And the report on Alex's console has a transcript of the shell "cmd.exe" that says ">echo first shell"
    And the report on Alex's console has a transcript of the shell "cmd.exe" that says ">echo second shell"

  @SHL-03 @SHL-07 @SHL-08
  Scenario: A shell that is closed is kept, also when the appliance loses its power while the session goes on
    Given Alex has a shell open in Carla's session
    And Alex types "echo kept" into the shell of Carla's session
    And the shell of Carla's session on Alex's console shows "kept"
    And Alex closes the shell in front of Carla's session
    When 1 minute passes
    And the appliance loses power
    And the appliance starts again after 10 seconds
    And 1 minute passes
    And Alex's console is connected again
    And Alex accepts Carla's session
    And Alex ends Carla's session
    And Alex opens the report of Carla's session
    Then the report on Alex's console has records of 1 shell
    And the report on Alex's console has a transcript of the shell "cmd.exe" that says "kept"

  @SHL-07 @SHL-08
  Scenario: Records last, also when the appliance loses its power
    Given Alex has a shell open in Carla's session
    And Alex types "echo kept" into the shell of Carla's session
    And the shell of Carla's session on Alex's console shows "kept"
    And Alex closes the shell in front of Carla's session
    When Alex ends Carla's session
    And 1 second passes
    And the appliance loses power
    And the appliance starts again after 10 seconds
    And 1 minute passes
    And Alex's console is connected again
    And Alex opens the report of Carla's session
    Then the report on Alex's console has records of 1 shell
    And the report on Alex's console has a transcript of the shell "cmd.exe" that says "kept"
