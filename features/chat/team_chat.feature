Feature: Team chat
  Colleagues talk to one another, with or without a session.

  Background:
    Given the site "acme"
    And Alex is signed in to the desktop console
    And Blair is signed in to the Android console
    And Drew is signed in to the desktop console

  @TMC-01
  Scenario: Who writes to a team reaches all of it who are there, and nobody else
    Given Casey is signed in to the desktop console
    When Casey signs out
    And Blair writes "The router is back" to the Network team in team chat
    Then Alex reads "The router is back" from Blair in team chat
    And Blair reads "The router is back" from Blair in team chat
    And Drew never reads "The router is back" in team chat
    When Casey signs in again
    Then Casey never reads "The router is back" in team chat

  @TMC-02
  Scenario: Who writes to one reaches that one only
    Given Casey is signed in to the desktop console
    When Blair writes "Your turn to make tea" to Alex in team chat
    Then Alex reads "Your turn to make tea" from Blair in team chat
    And Casey never reads "Your turn to make tea" in team chat
    And Drew never reads "Your turn to make tea" in team chat

  @TMC-02
  Scenario: Lines to the team and to one stay apart
    When Blair writes "Good morning" to the Network team in team chat
    And Blair writes "Psst" to Alex in team chat
    Then Alex reads "Good morning; Psst" in team chat

  @TMC-03
  Scenario: Own teams and who is there are listed
    Then Alex may chat with "Network, Desktop, Blair Osei, Drew Patel"
    And Blair may chat with "Network, Alex Kim, Drew Patel"
    When Drew signs out
    Then Alex may chat with "Network, Desktop, Blair Osei"
    When Erin signs in to the desktop console
    And Blair tries to write "Hello?" to the Billing team in team chat
    Then Erin never reads "Hello?" in team chat

  @TMC-01 @SET-01
  Scenario: News of the team come with a sound
    When Blair writes "The router is back" to the Network team in team chat
    Then Alex reads "The router is back" from Blair in team chat
    And Alex's device plays the sound "team chat" 1 time
    And Blair's device plays no sound
