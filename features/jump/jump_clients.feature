Feature: Jump Clients
  Machines that nobody sits at can be reached by those who may.

  Background:
    Given the site "acme"
    And Alex is signed in to the desktop console
    And Blair is signed in to the desktop console

  @JMC-02 @JMC-04 @JMC-05
  Scenario: A Jump Client appears for the members of its group, and for nobody else
    When a Jump Client of the group "Servers" is installed on the Windows PC "DB-01"
    And a Jump Client of the group "Front desk" is installed on the Linux PC "DESK-7"
    Then Alex finds the Jump Clients "DB-01, DESK-7" after a refresh
    And Blair finds the Jump Clients "DESK-7" after a refresh

  @JMC-02
  Scenario: Without the permission there are no Jump Items
    Given Casey is signed in to the desktop console
    And a Jump Client of the group "Servers" is installed on the Windows PC "DB-01"
    When Casey tries to list the Jump Items
    Then Casey is told "not permitted"

  @JMC-03
  Scenario: A personal Jump Client is its representative's alone
    When a Jump Client of Alex's own is installed on the Windows PC "LAB-1"
    Then Alex finds the Jump Clients "LAB-1" after a refresh
    And Blair finds no Jump Clients after a refresh

  @JMC-06
  Scenario: A search narrows the list
    Given a Jump Client of the group "Servers" is installed on the Windows PC "DB-01"
    And a Jump Client of the group "Servers" is installed on the Linux PC "WEB-01"
    When Alex searches the Jump Items for "web"
    Then the Jump Item search shows "WEB-01"

  @JMC-07 @JMC-12 @JMC-16
  Scenario: A jump starts a session with nobody there
    Given a Jump Client of the group "Servers" is installed on the Windows PC "DB-01"
    And nobody is logged on at "DB-01"
    When Alex jumps to "DB-01"
    Then Alex has the session with "DB-01" open
    And nobody at "DB-01" was asked

  @JMC-07
  Scenario: A machine that is off can't be jumped to
    Given a Jump Client of the group "Servers" is installed on the Windows PC "DB-01"
    When "DB-01" loses power
    And 1 minute passes
    And Alex tries to jump to "DB-01"
    Then Alex is told "the Jump Client is offline"

  @JMC-08 @JMC-09 @JMC-10
  Scenario Outline: A user who is asked decides
    Given a Jump Client of the group "Front desk" is installed on the Linux PC "DESK-7"
    When Blair jumps to "DESK-7"
    Then the user of "DESK-7" is asked whether Blair may come in
    When the user of "DESK-7" <answers>
    Then <outcome>

    Examples:
      | answers | outcome                                    |
      | accepts | Blair has the session with "DESK-7" open   |
      | denies  | Blair is told "the user declined"          |

  @JMC-11
  Scenario Outline: Silence is an answer, as the account says
    Given Drew is signed in to the desktop console
    And a Jump Client of the group "Front desk" is installed on the Linux PC "DESK-7"
    When <rep> jumps to "DESK-7"
    And the user of "DESK-7" is asked whether <rep> may come in
    And 31 seconds pass
    Then <outcome>

    Examples:
      | rep   | outcome                                  |
      | Blair | Blair is told "the user did not answer"  |
      | Drew  | Drew has the session with "DESK-7" open  |

  @JMC-13 @JMC-14
  Scenario Outline: Nobody there is silence at once
    Given Drew is signed in to the desktop console
    And a Jump Client of the group "Front desk" is installed on the Linux PC "DESK-7"
    And nobody is logged on at "DESK-7"
    When <rep> jumps to "DESK-7"
    Then <outcome>
    And nobody at "DESK-7" was asked

    Examples:
      | rep   | outcome                                  |
      | Blair | Blair is told "the user did not answer"  |
      | Drew  | Drew has the session with "DESK-7" open  |

  @JMC-16
  Scenario: A Jump Client comes back after a power cut, as the same one
    Given a Jump Client of the group "Servers" is installed on the Windows PC "DB-01"
    When "DB-01" loses power
    And "DB-01" starts again after 5 minutes
    Then Alex finds the Jump Clients "DB-01" after a refresh
    When Alex jumps to "DB-01"
    Then Alex has the session with "DB-01" open
